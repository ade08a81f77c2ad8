//! The reference: every versioned document in force, compiled. What is computed from other members enters decisions only through here.

use std::sync::Arc;

use perennial_condition::{Catalog, Series, SeriesPool, check_operand, parse_operand};
use perennial_kernel::{Calendar, Currency};

use crate::consent::Consents;
use crate::fields::CustomFields;
use crate::lifecycle::model::Model;
use crate::member::policy::IdentityPolicy;
use crate::profile;
use crate::signal::{Signal, Signals};
use crate::value::ValueModel;

/// How several orders of one member on one calendar day count (SPEC, *counted purchase*).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counting {
    /// Once.
    Days,
    /// Each.
    Orders,
}

/// The brand's own settings: a document like any other, never read from a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brand {
    pub name: String,
    pub calendar: Calendar,
    pub currency: Currency,
    /// A gap of this many days between counted purchases ends a life.
    pub life_gap_days: i32,
    pub counting: Counting,
    /// The brand's own profile fields: a document of their own.
    pub fields: Arc<CustomFields>,
    /// What members are asked to agree to: a document of its own.
    pub consents: Arc<Consents>,
    /// The value model whose fields conditions read: a document of its own.
    pub value: Option<ValueModel>,
    /// What behaviours say: a document of its own.
    pub signals: Arc<Signals>,
}

/// By signal: the slot of the series that the book keeps of it.
pub(crate) type Weighed = [Option<usize>; Signal::COUNT];

/// Documents in force at some place in the journal.
#[derive(Clone, Debug)]
pub struct Reference {
    pub brand: Brand,
    pub calendar: Calendar,
    /// Active lifecycle models, ascending by id.
    models: Vec<Model>,
    catalog: Catalog,
    series: SeriesPool,
    series_key: u64,
    /// `None` where nothing here reads what is reckoned from behaviours, so that books need not keep them.
    weighed: Option<Weighed>,
    identities: Arc<IdentityPolicy>,
}

impl Reference {
    /// With the identity rules that ship.
    pub fn new(brand: Brand, mut models: Vec<Model>) -> Self {
        models.sort_by(|a, b| a.id.cmp(&b.id));
        let catalog = profile::catalog(&(&brand).into());
        let mut series = SeriesPool::default();
        for model in &mut models {
            model.value = brand.value.as_ref().filter(|_| model.reads_value()).map(|value| value.version);
            model.signals = brand.signals.version.filter(|_| model.reads_signals());
            model.share(&mut series);
        }
        let series_key = key_of(series.list(), &catalog);
        let identities = IdentityPolicy::shipped();
        let reads = models.iter().any(Model::reads_signals);
        let made = Self { calendar: brand.calendar.clone(), brand, models, catalog, series, series_key, weighed: None, identities };
        if reads { made.weighing() } else { made }
    }

    /// The same, for questions that read every field: books made by it keep what goodwill and closeness are reckoned from, whether or not a
    /// model here reads them.
    #[must_use]
    pub fn weighing(mut self) -> Self {
        let mut weighed = [None; Signal::COUNT];
        for signal in self.brand.signals.weighed() {
            let Some(text) = self.brand.signals.count(&[signal], None) else { continue };
            let count = parse_operand(&text, &self.catalog).and_then(|operand| check_operand(&operand, &self.catalog));
            let count = count.expect("a count of behaviours by their names is a condition's operand");
            weighed[signal as usize] = count.series().first().map(|series| self.series.add(series));
        }
        self.series_key = key_of(self.series.list(), &self.catalog);
        self.weighed = Some(weighed);
        self
    }

    pub(crate) fn weighed(&self) -> Option<&Weighed> {
        self.weighed.as_ref()
    }

    /// The same documents with other identity rules.
    #[must_use]
    pub fn with_identities(self, identities: Arc<IdentityPolicy>) -> Self {
        Self { identities, ..self }
    }

    /// What joins people, and what never does.
    pub fn identities(&self) -> &Arc<IdentityPolicy> {
        &self.identities
    }

    pub fn models(&self) -> &[Model] {
        &self.models
    }

    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The aggregates that active documents name, by slot.
    pub fn series(&self) -> &[Series] {
        self.series.list()
    }

    /// The series of one fact kind that the book must keep beside purchases.
    pub(crate) fn kept_series<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Series> {
        self.series.list().iter().filter(move |series| series.kind == kind && !profile::from_purchases(series))
    }

    /// Changes when [`Self::series`] does: a state kept for another set must be folded anew.
    pub fn series_key(&self) -> u64 {
        self.series_key
    }

    /// The same brand with `model` in place of the one of its id: how drafts are tried.
    pub fn with_model(&self, model: Model) -> Self {
        let mut models: Vec<Model> = self.models.iter().filter(|held| held.id != model.id).cloned().collect();
        models.push(model);
        Self::new(self.brand.clone(), models).with_identities(Arc::clone(&self.identities))
    }

    /// The same models beside another value model: how a refit is tried.
    pub fn with_value(&self, value: Option<ValueModel>) -> Self {
        Self::new(Brand { value, ..self.brand.clone() }, self.models.clone()).with_identities(Arc::clone(&self.identities))
    }

    /// The same models beside another document of signals.
    pub fn with_signals(&self, signals: Arc<Signals>) -> Self {
        Self::new(Brand { signals, ..self.brand.clone() }, self.models.clone()).with_identities(Arc::clone(&self.identities))
    }

    /// The same brand with this one model.
    pub fn only(&self, model: Model) -> Self {
        Self::new(self.brand.clone(), vec![model]).with_identities(Arc::clone(&self.identities))
    }
}

/// FNV-1a over what the series keep: stable across builds, which `std`'s hashers do not promise.
fn key_of(series: &[Series], catalog: &Catalog) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for one in series {
        let filter = one.filter.as_ref().map(|filter| perennial_condition::print(filter, catalog)).unwrap_or_default();
        let measure = one.measure.as_deref().unwrap_or_default();
        for byte in [one.kind.as_str(), measure, filter.as_str()].into_iter().flat_map(|part| part.bytes().chain([0])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
