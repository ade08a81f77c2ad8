//! Taking somebody in: the gate, then what was filled in, recorded in one batch (member, identities, consents).

use perennial_condition::Name;
use perennial_kernel::{Attribute, FactId, Identity, IdentityKind, Incoming, Instant, MemberId, Money, Relation, Seq};
use perennial_rules::fields::Input;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Brand;

use super::document::{AskedField, JoinForm, is_identity};
use crate::consent;
use crate::engine::{Answer, Command, Refusal};
use crate::house::House;
use crate::policy::{self, PolicyProblem};
use crate::port::{PortError, PortResult};
use crate::profile::{Change, Named, field};
use crate::query::{QueryError, QueryResult, member, search};

/// What was filled in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct JoinInput {
    /// The source's own id of this joining: the same again is the same.
    pub join_id: String,
    pub joined_at: Option<Instant>,
    /// By field; phone and email as texts.
    pub fields: Vec<(String, Option<Input>)>,
    /// Identities the channel itself knows, such as a mini-program's open id.
    pub identities: Vec<Identity>,
    /// Purpose and channel of what was agreed to.
    pub consents: Vec<(String, String)>,
    pub code: Option<String>,
    /// Who invited.
    pub invited_by: Option<Identity>,
    pub fee_paid: Option<Input>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Joined {
    /// The fact, and whose it is.
    Recorded(FactId, Option<MemberId>),
    Repeated(FactId, Option<MemberId>),
    Conflict(FactId),
    Refused(Refusal),
    /// What was filled in does not do.
    Problems(Vec<PolicyProblem>),
}

struct Check<'a> {
    house: &'a House,
    brand: &'a Brand,
    form: &'a JoinForm,
    input: &'a JoinInput,
    problems: Vec<PolicyProblem>,
}

/// Checks against the form in force and records; nothing is recorded while anything is wrong.
pub fn join(house: &House, input: &JoinInput, by: &str) -> QueryResult<Joined> {
    let Some(row) = house.in_force(policy::JOIN_FORM)? else {
        let (en, zh) = ("there is no join form yet", "尚未设置入会表单");
        return Err(crate::query::refused("join.none", en, zh));
    };
    let form = JoinForm::parse(&row.body).map_err(|_| PortError::Damaged("the join form in force cannot be read".to_owned()))?;
    let reference = house.reference();
    let mut check = Check { house, brand: &reference.brand, form: &form, input, problems: Vec::new() };
    let at = input.joined_at.unwrap_or_else(|| house.now());
    let identities = check.identities();
    let mut change = check.change(at);
    check.consents();
    check.gate(&identities, &mut change)?;
    if !check.problems.is_empty() {
        return Ok(Joined::Problems(check.problems));
    }
    change.relation = Some(Relation::Registered);
    change.attributes.insert("join_form".to_owned(), Attribute::Number(row.version as f64));
    let commands = commands(house, input, by, (identities, change), at)?;
    let answers = house.queue().process(commands).map_err(|error| PortError::Transient(error.to_string()))?;
    let first = answers.into_iter().next().ok_or_else(|| PortError::Failed("a joining was not answered".to_owned()))?;
    Ok(match first {
        Answer::Recorded(receipt) => Joined::Recorded(receipt.fact, receipt.member),
        Answer::Repeated(fact) => {
            let held = house.reader().tail(fact.position.lane(), Seq(fact.position.seq().0 - 1), 1)?;
            let subject = held.first().map(|fact| fact.subject);
            Joined::Repeated(fact, subject.map(|subject| search::member_of(house, subject)).transpose()?)
        }
        Answer::Conflict(fact) => Joined::Conflict(fact),
        Answer::Refused(refusal) => Joined::Refused(refusal),
        Answer::Unchanged => return Err(PortError::Failed("a joining was answered as if nothing had to be written".to_owned()).into()),
    })
}

fn commands(house: &House, input: &JoinInput, by: &str, who: (Vec<Identity>, Change), at: Instant) -> PortResult<Vec<Command>> {
    let (identities, change) = who;
    let named = |object: String| Named { source: by.to_owned(), object, version: String::new() };
    let record = |incoming: Incoming| Command::Record { incoming: Box::new(incoming), import: None };
    let object = format!("join:{}", input.join_id);
    let mut commands = vec![record(change.incoming(identities.clone(), named(object.clone()), at))];
    for (purpose, channel) in &input.consents {
        let given = consent::Change { purpose: purpose.clone(), channel: channel.clone(), given: true, text: None, at };
        let object = format!("{object}:{purpose}:{channel}");
        commands.push(record(consent::incoming(house, &given, identities.clone(), by, object, String::new())?));
    }
    Ok(commands)
}

impl Check<'_> {
    fn add(&mut self, pointer: &str, code: &'static str, en: &str, zh: &str) {
        self.problems.push(PolicyProblem { pointer: pointer.to_owned(), code, en: en.to_owned(), zh: zh.to_owned() });
    }

    fn given(&self, id: &str) -> Option<&Input> {
        self.input.fields.iter().find(|(held, _)| held == id).and_then(|(_, input)| input.as_ref())
    }

    /// Strongest first: what the form asks for, then what the channel knows.
    fn identities(&mut self) -> Vec<Identity> {
        let mut found = Vec::new();
        for (id, kind) in [("phone", IdentityKind::Phone), ("email", IdentityKind::Email)] {
            match self.given(id) {
                None => {}
                Some(Input::Text(text)) => match Identity::parse(kind, text) {
                    Some(identity) => found.push(identity),
                    None if id == "phone" => self.add("/fields/phone", "identity.unusable", "is no phone number", "不是有效的手机号"),
                    None => self.add("/fields/email", "identity.unusable", "is no email address", "不是有效的邮箱"),
                },
                Some(_) => self.add(&format!("/fields/{id}"), "field.type", "must be a text", "须为文本"),
            }
        }
        found.extend(self.input.identities.iter().cloned());
        if found.is_empty() && self.problems.is_empty() {
            self.add("/fields", "join.nobody", "names nobody: give a phone or an email", "缺少身份信息：请填写手机号或邮箱");
        }
        found
    }

    fn change(&mut self, at: Instant) -> Change {
        let (year, ..) = self.house.calendar().day(at).ymd();
        let mut change = Change::default();
        for asked in &self.form.fields {
            let pointer = format!("/fields/{}", asked.id);
            let Some(given) = self.given(&asked.id).cloned() else {
                if asked.required && !asked.later {
                    self.add(&pointer, "field.missing", "must be given", "必填");
                }
                continue;
            };
            if is_identity(&asked.id) {
                continue;
            }
            if let Err(refused) = change.set(self.brand, year, &asked.id, Some(&given)) {
                self.add(&pointer, refused.code, &refused.message.en, &refused.message.zh);
            } else if !self.within(asked, &given) {
                let bounds = bounds(asked);
                self.add(&pointer, "field.bound", &bounds.en, &bounds.zh);
            }
        }
        let unasked: Vec<String> =
            self.input.fields.iter().map(|(id, _)| id.clone()).filter(|id| !self.form.fields.iter().any(|asked| asked.id == *id)).collect();
        for id in unasked {
            self.add(&format!("/fields/{id}"), "join.not_asked", "is not asked by the form in force", "不在当前入会表单中");
        }
        change
    }

    fn within(&self, asked: &AskedField, given: &Input) -> bool {
        field(self.brand, &asked.id).is_none_or(|field| asked.admits(field, given, self.brand))
    }

    fn consents(&mut self) {
        for (at, (purpose, channel)) in self.input.consents.iter().enumerate() {
            if !self.form.consents.iter().any(|asked| asked.purpose == *purpose && asked.channel == *channel) {
                self.add(&format!("/consents/{at}"), "join.not_asked", "is not asked by the form in force", "不在当前入会表单中");
            }
        }
        for asked in self.form.consents.iter().filter(|asked| asked.required) {
            if !self.input.consents.iter().any(|(purpose, channel)| asked.purpose == *purpose && asked.channel == *channel) {
                let en = format!("nobody joins without the consent {} by {}", asked.purpose, asked.channel);
                let zh = format!("须同意授权 {}（{}）后方可入会", asked.purpose, asked.channel);
                self.add("/consents", "join.consent_required", &en, &zh);
            }
        }
    }

    fn gate(&mut self, identities: &[Identity], change: &mut Change) -> QueryResult<()> {
        let wanted = self.form.gate.amount.as_ref().and_then(|text| self.brand.currency.parse_amount(text));
        match self.form.gate.kind.as_str() {
            "first_purchase" if !self.bought(identities, None)? => {
                self.add("", "join.gate_purchase", "one joins with the first purchase, and there is none yet", "首次消费后方可入会");
            }
            "minimum_spend" if !self.bought(identities, wanted)? => {
                let amount = self.form.gate.amount.clone().unwrap_or_default();
                let (en, zh) = (format!("one joins after spending {amount}"), format!("累计消费满 {amount} 方可入会"));
                self.add("", "join.gate_spend", &en, &zh);
            }
            "fee" => {
                let fee = amount(self.input.fee_paid.as_ref(), self.brand);
                match (fee, wanted) {
                    (Some(fee), Some(wanted)) if fee >= wanted => drop(change.attributes.insert("join_fee".into(), Attribute::Money(fee))),
                    _ => self.add("/fee_paid", "join.gate_fee", "the fee is not paid in full", "会费未足额支付"),
                }
            }
            "invitation" => {
                let by = self.input.invited_by.clone();
                let known = by.and_then(|identity| self.known(&identity).transpose()).transpose()?;
                match known {
                    Some(inviter) => drop(change.attributes.insert("referrer".into(), Attribute::Text(inviter.to_string()))),
                    None => self.add("/invited_by", "join.gate_invitation", "one joins by a member's invitation", "须由会员邀请方可入会"),
                }
            }
            "code" => {
                let code = self.input.code.as_deref().unwrap_or_default().trim().to_lowercase();
                if !self.form.gate.codes.iter().any(|held| held.trim().to_lowercase() == code) {
                    self.add("/code", "join.gate_code", "is no code that opens", "邀请码无效");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn known(&self, identity: &Identity) -> QueryResult<Option<MemberId>> {
        Ok(search::named_by(self.house, identity)?)
    }

    /// Whether somebody of these identities has bought, and for at least so much.
    fn bought(&self, identities: &[Identity], at_least: Option<Money>) -> QueryResult<bool> {
        for identity in identities {
            let Some(member) = self.known(identity)? else { continue };
            let case = match member::open(self.house, member) {
                Ok(case) => case,
                Err(QueryError::NotFound(_)) => continue,
                Err(other) => return Err(other),
            };
            let (reference, now) = (self.house.reference(), self.house.now());
            let book = case.history.book(&reference, now);
            let profile = Profile::of(&book, &reference, reference.calendar.day(now));
            let enough = at_least.is_none_or(|least| profile.purchases.m_total >= least);
            if profile.purchases.f_total > 0 && enough {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn amount(given: Option<&Input>, brand: &Brand) -> Option<Money> {
    match given? {
        Input::Text(text) => brand.currency.parse_amount(text),
        Input::Minor(minor) => Some(Money(*minor)),
        Input::Number(_) | Input::Flag(_) | Input::List(_) => None,
    }
}

fn bounds(asked: &AskedField) -> Name {
    let none = "–".to_owned();
    let (min, max) = (asked.min.as_ref().unwrap_or(&none), asked.max.as_ref().unwrap_or(&none));
    Name::new(format!("must lie between {min} and {max}"), format!("须在 {min} 与 {max} 之间"))
}
