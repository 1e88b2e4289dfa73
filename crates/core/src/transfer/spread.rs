//! Work on many lines at once: reading JSON takes longer than anything else but the database.

use std::num::NonZero;

/// Fewer items than this are not worth a thread.
const WORTH: usize = 128;

/// Applies `f` to every item, on as many threads as the machine has processors, at most four. The answers are
/// in the order of the items.
pub(super) fn map<T: Copy + Sync, U: Send>(items: &[T], f: impl Fn(T) -> U + Sync) -> Vec<U> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).clamp(1, 4);
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
            assert_eq!(map(&items, |item| item * 2), (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
