//! Answers about what members are worth, kept while nothing they rest on has changed: each takes a pass over everyone and several fits.

use std::any::Any;
use std::sync::{Arc, Mutex};

use perennial_kernel::Day;
use perennial_rules::reference::Reference;

use crate::house::House;
use crate::port::journal::LaneHead;
use crate::query::QueryResult;
use crate::query::everyone::Counted;

const KEPT_MAX: usize = 24;

/// What an answer rests on: every fact recorded, the day, the documents in force.
struct Basis {
    heads: Vec<LaneHead>,
    today: Day,
    reference: Arc<Reference>,
}

impl Basis {
    fn of(house: &House) -> QueryResult<Self> {
        let (reference, heads) = (house.reference(), house.reader().heads()?);
        Ok(Self { heads, today: reference.calendar.day(house.now()), reference })
    }

    fn is(&self, other: &Self) -> bool {
        self.heads == other.heads && self.today == other.today && Arc::ptr_eq(&self.reference, &other.reference)
    }
}

struct Kept {
    question: String,
    basis: Basis,
    answer: Arc<dyn Any + Send + Sync>,
}

/// The latest answers of one server.
#[derive(Default)]
pub struct ValueAnswers(Mutex<Vec<Kept>>);

impl ValueAnswers {
    /// The answer to a question, which `question` writes out: as it was found before where nothing has changed since, else found now.
    pub fn get<T: Send + Sync + 'static>(
        &self,
        house: &House,
        question: &str,
        find: impl FnOnce() -> QueryResult<Counted<T>>,
    ) -> QueryResult<Arc<Counted<T>>> {
        let basis = Basis::of(house)?;
        if let Some(held) = self.held(question, &basis) {
            return Ok(held);
        }
        let found = Arc::new(find()?);
        let mut kept = self.0.lock().expect("no thread panics while holding this lock");
        // What rests on anything older is never asked for again.
        kept.retain(|one| one.basis.is(&basis) && one.question != question);
        if kept.len() >= KEPT_MAX {
            kept.remove(0);
        }
        kept.push(Kept { question: question.to_owned(), basis, answer: Arc::<Counted<T>>::clone(&found) });
        Ok(found)
    }

    fn held<T: Send + Sync + 'static>(&self, question: &str, basis: &Basis) -> Option<Arc<Counted<T>>> {
        let kept = self.0.lock().expect("no thread panics while holding this lock");
        let held = kept.iter().find(|one| one.question == question && one.basis.is(basis))?;
        Arc::clone(&held.answer).downcast().ok()
    }
}
