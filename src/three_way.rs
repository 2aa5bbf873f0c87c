//! How what is live, what the state said and what is planned come together: what a plan changes is taken from the plan, and
//! what it does not change stays as it is.

use crate::endpoint::filled;

/// One thing in the three places that come together.
pub(crate) struct Three<T> {
    pub(crate) live: T,
    /// `None` where there was none: all of the plan is then a change.
    pub(crate) prior: Option<T>,
    pub(crate) planned: T,
}

impl<T> Three<T> {
    /// A part of it.
    pub(crate) fn field<U>(&self, of: impl Fn(&T) -> U) -> Three<U> {
        Three { live: of(&self.live), prior: self.prior.as_ref().map(&of), planned: of(&self.planned) }
    }
}

impl<T: Clone + PartialEq> Three<T> {
    fn is_changed(&self) -> bool {
        self.prior.as_ref() != Some(&self.planned)
    }

    /// As planned if the plan changes it, else as it is.
    pub(crate) fn merged(&self) -> T {
        if self.is_changed() { self.planned.clone() } else { self.live.clone() }
    }
}

impl<T: Clone + PartialEq> Three<Option<T>> {
    /// The same for what a plan cannot take away: where it says nothing, what is there stays.
    pub(crate) fn merged_or_live(&self) -> Option<T> {
        self.merged().or_else(|| self.live.clone())
    }
}

impl<E: Clone + PartialEq> Three<Option<Vec<E>>> {
    /// Merges a collection element by element; null and empty are the same.
    pub(crate) fn elements<K: PartialEq>(&self, key: impl Fn(&E) -> K) -> Option<Vec<E>> {
        let Three { live, prior, planned } = self.field(|list| list.clone().unwrap_or_default());
        let Some(prior) = prior else { return filled(planned) };
        let find = |list: &[E], own: &E| list.iter().find(|each| key(each) == key(own)).cloned();
        let mut merged: Vec<E> = Vec::new();
        for element in &live {
            match (find(&prior, element), find(&planned, element)) {
                (Some(_), None) => {}
                (None, None) => merged.push(element.clone()),
                (prior, Some(planned)) => {
                    merged.push(Three { live: element.clone(), prior, planned }.merged());
                }
            }
        }
        let new = planned.into_iter().filter(|element| find(&live, element).is_none());
        merged.extend(new.filter(|element| find(&prior, element).as_ref() != Some(element)));
        filled(merged)
    }
}
