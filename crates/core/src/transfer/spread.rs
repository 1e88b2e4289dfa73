//! Work on many lines at once: reading JSON takes longer than anything else but the database.

use std::num::NonZero;

/// Fewer items than this are not worth a thread.
const WORTH: usize = 128;

/// Who else works meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Nobody,
    /// The database, to which one processor is left: everything waits for it in the end.
    Database,
}

/// Applies `f` to every item, on as many threads as the machine has processors to spare, at most four. The answers
/// are in the order of the items.
pub(super) fn map<T: Copy + Sync, U: Send>(items: &[T], beside: Beside, f: impl Fn(T) -> U + Sync) -> Vec<U> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.saturating_sub(usize::from(beside == Beside::Database)).clamp(1, 4);
    let share = items.len().div_ceil(threads).max(WORTH);
    let (first, others) = items.split_at(share.min(items.len()));
    if others.is_empty() {
        return first.iter().map(|item| f(*item)).collect();
    }
    std::thread::scope(|scope| {
        let f = &f;
        let work = |part: &'_ [T]| part.iter().map(|item| f(*item)).collect::<Vec<U>>();
        let running: Vec<_> = others.chunks(share).map(|part| scope.spawn(move || work(part))).collect();
        let mut all = work(first);
        for thread in running {
            match thread.join() {
                Ok(part) => all.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_in_the_order_of_the_items() {
        for count in [0, 1, 127, 128, 129, 1_000, 4_001] {
            let items: Vec<usize> = (0..count).collect();
            for beside in [Beside::Nobody, Beside::Database] {
                let doubled = map(&items, beside, |item| item * 2);
                assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
            }
        }
    }
}
