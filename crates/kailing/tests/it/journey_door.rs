//! The one door for journey items: scores, copies for companies and no doubles (chapter 09; 19-7.7).

use std::sync::Arc;

use kailing_core::context::{Actor, Context, Profile};
use kailing_core::domain::journey;
use kailing_core::store;
use kailing_core::store::journey::Item;

use crate::contact_world::World;
use crate::harness::NOW;
use crate::objects::{COMPANY, OTHER_COMPANY, world};

/// Writes items as a connector would: object type and inner id, type of the item, what it tells of.
async fn write(world: &World, items: &'static [(i64, i64, i64, i64)]) {
    let (corp, ids) = (world.corp, Arc::clone(&world.app.ids));
    let write = world.db.write(move |tx| {
        let tenant = store::corp::all(tx)?.into_iter().find(|tenant| tenant.corp == corp).expect("the tenant");
        let ctx = Context {
            tenant: Arc::new(tenant),
            corp,
            actor: Actor::System,
            now: NOW,
            request_id: "test".into(),
            ids: Arc::clone(&ids),
            profile: Profile::Open,
        };
        let item = |&(object_type, object_id, history_type, source_id): &(i64, i64, i64, i64)| Item {
            source_id,
            create_time: NOW + history_type,
            ..journey::item(&ctx, (object_type, object_id), history_type, "x", 0)
        };
        journey::record(tx, &ctx, &items.iter().map(item).collect::<Vec<_>>())
    });
    write.await.expect("items");
}

#[tokio::test]
async fn items_of_contacts_raise_their_score_by_weight_and_those_of_others_do_not() {
    let world = world().await;
    world.seed(2).await;
    assert_eq!(world.show("seeded-00000").await["interactive_score"], 0);
    write(
        &world,
        &[
            (0, 100_000, 103, 0),
            (0, 100_000, 301, 0),
            (0, 100_000, 203, 0),
            (0, 100_000, 204, 0),
            (0, 100_000, 405, 0),
            (0, 100_001, 105, 0),
            (1, 9_701, 204, 0),
        ],
    )
    .await;
    assert_eq!(world.show("seeded-00000").await["interactive_score"], 17, "the card is fresh");
    assert_eq!(world.show("seeded-00001").await["interactive_score"], 1);
    write(&world, &[(0, 100_000, 213, 0), (0, 100_000, 999, 0)]).await;
    assert_eq!(world.show("seeded-00000").await["interactive_score"], 22);
}

#[tokio::test]
async fn what_stands_on_a_company_itself_is_not_copied_there_from_its_people() {
    let world = world().await;
    world.seed(1).await;
    world
        .change(
            "insert into company_person (corp_id, company_id, person_id, person_type, create_time) values
             ($1, 9801, 100000, 0, 1), ($1, 9802, 100000, 0, 1)",
        )
        .await;
    let of_one_deal = &[(7, 9_731, 205, 9_731), (0, 100_000, 205, 9_731), (3, 9_801, 205, 9_731), (0, 100_000, 206, 8)];
    write(&world, of_one_deal).await;
    assert_eq!(world.journey(3, COMPANY).await, ["205 x", "206 x"]);
    assert_eq!(world.journey(3, OTHER_COMPANY).await, ["205 x", "206 x"]);
    let from = "select object_id from history where corp_id = $1 and object_type = 3 and person_id = 0";
    assert_eq!(world.rows(from, &[], |row| row.get::<i64>(0)).await, [9_801], "copies name their person");
}
