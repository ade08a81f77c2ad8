//! The documents of a brand: new versions checked, tried beside what is active, and put in force.

use perennial_rules::fields::FieldsDocument;
use perennial_rules::lifecycle::model::{Model, ModelProblem};
use perennial_rules::member::policy::IdentityPolicy;
use perennial_rules::value::ValueDocument;

use super::{House, HouseError, active};
use crate::join::JoinForm;
use crate::policy::{self, BrandDocument, PolicyProblem};
use crate::port::desk::DocumentRow;

/// The version of a document that is tried out and not stored.
const TRIED: i64 = -1;

impl House {
    /// Stores a new version of a policy as a draft; answers its version.
    pub fn add_version(&self, policy: &str, yaml: &str, author: &str, reason: &str) -> Result<i64, HouseError> {
        self.check(policy, yaml)?;
        let now = self.now();
        let mut desk = self.desk();
        let version = 1 + desk.documents()?.iter().filter(|row| row.policy == policy).map(|row| row.version).max().unwrap_or(0);
        let row = DocumentRow {
            policy: policy.to_owned(),
            version,
            body: yaml.to_owned(),
            author: author.to_owned(),
            reason: reason.to_owned(),
            created_at: now,
        };
        desk.add_document(&row)?;
        Ok(version)
    }

    fn check(&self, policy: &str, yaml: &str) -> Result<(), HouseError> {
        let brand = self.reference().brand.clone();
        if policy == policy::BRAND {
            BrandDocument::parse(yaml)?.compile()?;
        } else if policy == policy::FIELDS {
            self.check_fields(yaml)?;
        } else if policy == policy::CONSENTS {
            policy::consents(yaml).map_err(HouseError::Policies)?;
        } else if policy == policy::SIGNALS {
            policy::signals(yaml, None).map_err(HouseError::Policies)?;
        } else if policy == policy::VALUE {
            let lift = |found: Vec<ModelProblem>| HouseError::Policies(found.into_iter().map(PolicyProblem::from).collect());
            ValueDocument::parse(yaml).and_then(|document| document.compile(1, brand.currency)).map_err(lift)?;
        } else if policy == policy::IDENTITY {
            IdentityPolicy::parse(yaml, 1).map_err(PolicyProblem::from)?;
        } else if policy == policy::JOIN_FORM {
            JoinForm::parse(yaml).and_then(|form| form.check(&brand)).map_err(HouseError::Policies)?;
        } else {
            Model::from_yaml(yaml, 1, &brand).map_err(|mut problems| PolicyProblem::from(problems.swap_remove(0)))?;
        }
        Ok(())
    }

    /// A document of custom fields must compile, and must keep what every version before it settled.
    fn check_fields(&self, yaml: &str) -> Result<(), HouseError> {
        policy::fields(yaml).map_err(HouseError::Policies)?;
        let lift = |found: Vec<ModelProblem>| HouseError::Policies(found.into_iter().map(PolicyProblem::from).collect());
        let document = FieldsDocument::parse(yaml).map_err(lift)?;
        for row in self.desk().documents()?.iter().filter(|row| row.policy == policy::FIELDS) {
            document.keeps(&FieldsDocument::parse(&row.body).map_err(lift)?).map_err(lift)?;
        }
        Ok(())
    }

    /// Stores a new version of a document and puts it in force, unless what is active could not live with it; answers its version.
    pub fn put(&self, policy: &str, yaml: &str, author: &str, reason: &str) -> Result<i64, HouseError> {
        self.check(policy, yaml)?;
        self.try_out(policy, yaml)?;
        let version = self.add_version(policy, yaml, author, reason)?;
        self.activate_as(policy, version, author, reason)?;
        Ok(version)
    }

    /// Compiles the active documents with this one in place of its own active version.
    fn try_out(&self, policy: &str, yaml: &str) -> Result<(), HouseError> {
        let (mut documents, mut next) = {
            let mut desk = self.desk();
            (desk.documents()?, active(desk.as_mut())?.unwrap_or_default())
        };
        next.insert(policy.to_owned(), TRIED);
        documents.push(DocumentRow {
            policy: policy.to_owned(),
            version: TRIED,
            body: yaml.to_owned(),
            author: String::new(),
            reason: String::new(),
            created_at: self.now(),
        });
        let brand = policy::reference(&documents, &next)?.brand;
        // What the form asks for must stay askable.
        let form = next
            .get(policy::JOIN_FORM)
            .and_then(|version| documents.iter().find(|row| row.policy == policy::JOIN_FORM && row.version == *version));
        if let Some(row) = form {
            let checked = JoinForm::parse(&row.body).and_then(|form| form.check(&brand));
            checked.map_err(|mut problems| {
                let PolicyProblem { pointer, code, en, zh } = problems.swap_remove(0);
                let name = policy::JOIN_FORM;
                PolicyProblem {
                    pointer: String::new(), code, en: format!("{name} {pointer}: {en}"), zh: format!("{name} {pointer}：{zh}")
                }
            })?;
        }
        Ok(())
    }

    /// The stored document in force; `None` where none ever was.
    pub fn in_force(&self, policy: &str) -> Result<Option<DocumentRow>, HouseError> {
        let mut desk = self.desk();
        let Some(version) = active(desk.as_mut())?.unwrap_or_default().get(policy).copied() else { return Ok(None) };
        Ok(desk.documents()?.into_iter().find(|row| row.policy == policy && row.version == version))
    }
}
