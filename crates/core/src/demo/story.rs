//! The life of a contact: how it came in, who had it, how it ended (chapter 19, section 6), with its journey.

use super::calendar::later;
use super::directory::Member;
use super::journey::Event;
use super::people::Hand;
use super::random::Random;
use super::rows::{Rows, Text};

/// The name of the demo application in texts.
pub(super) const APPLICATION: &str = "demo";

/// How a contact entered, as the numbers of `clue_source`.
pub(super) const CONSOLE: i64 = 0;
pub(super) const API: i64 = 1;
pub(super) const COMPONENT: i64 = 2;
pub(super) const FRIEND: i64 = 3;

/// What is known of a contact at a point of its story.
pub(super) struct Life<'w> {
    pub contact: i64,
    pub source: i64,
    pub status: i64,
    pub owner: Option<&'w Member>,
    /// The last owner of a contact that has none any more; writes the follow-ups.
    pub companion: &'w Member,
    pub creator: i64,
    pub sea: i64,
    pub claimed: i64,
    pub useless: bool,
    pub score: i64,
    /// When the latest thing happened.
    pub now: i64,
}

impl<'w> Life<'w> {
    /// The creation of a contact, its assignment or its claim.
    pub(super) fn begin(hand: &mut Hand<'w>, rows: &mut Rows) -> Life<'w> {
        let contact = hand.object_id();
        let at = hand.at;
        let source = match hand.random.weighted(&[30, 35, 25, 10]) {
            0 => CONSOLE,
            1 => API,
            2 => COMPONENT,
            _ => FRIEND,
        };
        let companion = hand.world.catalogue.staff.owner(&mut hand.random, at);
        let (status, owner, sea, claimed) = (4, None, 0, 0);
        let (creator, useless, score, now) = (0, false, 0, at);
        let mut life = Life { contact, source, status, owner, companion, creator, sea, claimed, useless, score, now };
        match hand.random.weighted(&[52, 13, 9, 10, 16]) {
            0 => life.created_claimed(hand, rows),
            1 => life.created_waiting(hand, rows, true),
            2 => life.created_in_sea(hand, rows, true),
            3 => life.created_waiting(hand, rows, false),
            _ => life.created_in_sea(hand, rows, false),
        }
        life
    }

    fn created_claimed(&mut self, hand: &mut Hand<'w>, rows: &mut Rows) {
        self.claim(self.companion, self.now);
        self.create(hand, rows, 401, "创建线索");
    }

    fn created_waiting(&mut self, hand: &mut Hand<'w>, rows: &mut Rows, assigned: bool) {
        self.create(hand, rows, 401, "创建线索");
        if assigned {
            let head = hand.world.catalogue.staff.head();
            self.now = later(&mut hand.random, self.now, 2);
            self.claim(hand.world.catalogue.staff.owner(&mut hand.random, self.now), self.now);
            let text = format!("由{}分配给了{}", head.name, self.companion.name);
            self.tell(hand, rows, &Event::new(501, text, head.id, self.now));
        } else if hand.random.below(6) == 0 {
            self.owner = Some(self.companion);
        }
    }

    fn created_in_sea(&mut self, hand: &mut Hand<'w>, rows: &mut Rows, claimed: bool) {
        self.status = 0;
        self.sea = sea(&mut hand.random, &hand.world.catalogue.contact_seas);
        if self.source == CONSOLE {
            self.create(hand, rows, 403, "导入公海");
        } else {
            self.create(hand, rows, 402, "创建线索并导入公海");
        }
        if claimed {
            self.now = later(&mut hand.random, self.now, 10);
            self.claim(hand.world.catalogue.staff.owner(&mut hand.random, self.now), self.now);
            let text = format!("{}从公海中领取", self.companion.name);
            self.tell(hand, rows, &Event::new(502, text, self.companion.id, self.now));
        }
    }

    /// What may happen after the sales work: transfer, return to the sea, discard, recovery.
    pub(super) fn end(&mut self, hand: &mut Hand<'w>, rows: &mut Rows) {
        if self.status == 1 && hand.random.percent(6) {
            self.transfer(hand, rows);
        }
        if self.status == 1 && hand.random.percent(4) {
            self.back_to_sea(hand, rows);
        }
        if hand.random.percent(5) {
            self.discard(hand, rows);
            if hand.random.percent(15) {
                self.now = later(&mut hand.random, self.now, 20);
                self.useless = false;
                let told = Event { title: "恢复联系人", ..Event::new(999, "", self.companion.id, self.now) };
                self.tell(hand, rows, &told);
            }
        }
    }

    fn transfer(&mut self, hand: &mut Hand<'w>, rows: &mut Rows) {
        let staff = &hand.world.catalogue.staff;
        self.now = later(&mut hand.random, self.now, 60);
        let next = staff.other(&mut hand.random, self.companion.id);
        let text = format!("由{}转移给了{}", self.companion.name, next.name);
        (self.owner, self.companion) = (Some(next), next);
        self.tell(hand, rows, &Event::new(503, text, staff.head().id, self.now));
    }

    fn back_to_sea(&mut self, hand: &mut Hand<'w>, rows: &mut Rows) {
        self.now = later(&mut hand.random, self.now, 60);
        (self.status, self.owner, self.claimed) = (0, None, 0);
        self.sea = sea(&mut hand.random, &hand.world.catalogue.contact_seas);
        let told = Event { title: "退回公海", ..Event::new(999, "", self.companion.id, self.now) };
        self.tell(hand, rows, &told);
    }

    fn discard(&mut self, hand: &mut Hand<'_>, rows: &mut Rows) {
        self.now = later(&mut hand.random, self.now, 40);
        self.useless = true;
        let text = format!("{}废弃线索", self.companion.name);
        self.tell(hand, rows, &Event::new(601, text, self.companion.id, self.now));
    }

    fn claim(&mut self, by: &'w Member, at: i64) {
        (self.status, self.owner, self.companion) = (1, Some(by), by);
        (self.sea, self.claimed) = (0, at);
    }

    /// The first entry. Staff create in the console, otherwise the application does.
    fn create(&mut self, hand: &mut Hand<'_>, rows: &mut Rows, kind: i64, what: &str) {
        let staff = if self.source == CONSOLE { Some(self.companion) } else { None };
        self.creator = staff.map_or(0, |member| member.id);
        let name = staff.map_or(APPLICATION, |member| member.name.as_str());
        self.tell(hand, rows, &Event::new(kind, format!("{name}{what}"), self.creator, hand.at));
    }

    /// Writes an entry on the contact.
    pub(super) fn tell(&mut self, hand: &mut Hand<'_>, rows: &mut Rows, event: &Event) {
        self.score += event.weight();
        event.write(hand, rows, &[(0, self.contact)]);
    }

    /// Visits and forms before the sales work; a visitor is linked by who calls this.
    pub(super) fn visit(&mut self, hand: &mut Hand<'_>, rows: &mut Rows) {
        let (page, url) = hand.random.pick(super::texts::PAGES);
        self.now = later(&mut hand.random, self.now, 3);
        let duration = hand.random.between(5, 400);
        let details = format!(
            r#"{{"duration":{duration},"url":"{url}","clickTime":{},"ip":"203.0.113.{}"}}"#,
            self.now,
            duration % 250
        );
        self.tell(hand, rows, &Event { details: Text::from(details), ..Event::new(103, page, 0, self.now) });
    }

    /// A form that the contact filled in.
    pub(super) fn form(&mut self, hand: &mut Hand<'_>, rows: &mut Rows) {
        let kind = if hand.random.percent(70) { 203 } else { 211 };
        let answers = hand.random.pick(super::texts::FORMS);
        self.now = later(&mut hand.random, self.now, 1);
        self.tell(hand, rows, &Event::new(kind, answers, 0, self.now));
    }
}

fn sea(random: &mut Random, seas: &[i64]) -> i64 {
    seas.get(random.skewed(seas.len())).copied().unwrap_or(0)
}
