//! One member's records, in order of time: coming nearer, registering, buying, and what they do between.

use std::collections::BTreeMap;

use perennial_kernel::{Attribute, Body, Day, Identity, IdentityKind, Incoming, Instant, Personal, Relation, Scores};

use crate::catalogue::Catalogue;
use crate::person::{Person, Reach};
use crate::places::{CITIES, Channel, Cities};
use crate::purchases::{self, Process};
use crate::random::Random;
use crate::sample::{exponential, poisson};
use crate::season::{self, Season};
use crate::{Problem, Spec, contact, orders};

/// A brand ready to be told, member by member. Holds the catalogue and the season, no member.
#[derive(Clone, Debug)]
pub struct Brand {
    pub(crate) spec: Spec,
    pub(crate) catalogue: Catalogue,
    /// One major unit of money in minor ones.
    pub(crate) unit: i64,
    first: Day,
    season: Season,
    cities: Cities,
}

impl Brand {
    /// # Errors
    /// When the spec asks for something that cannot be made.
    pub fn new(spec: Spec) -> Result<Self, Problem> {
        let first = spec.first_day()?;
        Ok(Self {
            season: Season::new(first, spec.end),
            catalogue: Catalogue::new(spec.seed),
            cities: Cities::new(),
            unit: 10_i64.pow(u32::from(spec.currency.scale())),
            first,
            spec,
        })
    }

    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// All records, member after member, each member's in order of time; holds one member at a time.
    pub fn records(&self) -> impl Iterator<Item = Incoming> + '_ {
        (0..self.spec.members).flat_map(|index| self.member(index))
    }

    /// The records of the member with this index, in order of time. The same whatever the number of members.
    pub fn member(&self, index: u64) -> Vec<Incoming> {
        let mut random = Random::stream(self.spec.seed, index);
        let person = Person::draw(&mut random, &self.cities, &self.catalogue, self.spec.end.ymd().0);
        let joins = purchases::joining(&mut random, self.season.span());
        let nobody = identity(IdentityKind::Number, contact::number(index));
        let mut story = Story { brand: self, index, person, random, anchor: nobody, registered_at: None, facts: Vec::new() };
        match story.person.reach {
            Reach::Buyer => story.buyer(joins),
            Reach::Registered | Reach::Follower | Reach::Aware => story.prospect(joins),
        }
        story.told()
    }
}

/// A member's history while it is being told.
pub(crate) struct Story<'a> {
    pub brand: &'a Brand,
    pub index: u64,
    pub person: Person,
    pub random: Random,
    /// What the member is known by before registering, and by the member number ever after.
    anchor: Identity,
    registered_at: Option<Instant>,
    facts: Vec<Incoming>,
}

impl Story<'_> {
    /// Adds a record unless it lies after the end; what would come before the first day comes at its start. Version 0 is none.
    pub fn tell(&mut self, at: Instant, object: String, version: i64, body: Body) {
        let known = self.registered_at.is_some_and(|since| since <= at);
        let who = if known { identity(IdentityKind::Number, contact::number(self.index)) } else { self.anchor.clone() };
        self.tell_of(vec![who], Personal::default(), at, object, version, body);
    }

    fn tell_of(&mut self, identities: Vec<Identity>, personal: Personal, at: Instant, object: String, version: i64, body: Body) {
        let calendar = &self.brand.spec.calendar;
        if at > calendar.end(self.brand.spec.end) {
            return;
        }
        let at = at.max(calendar.start(self.brand.first));
        let version = if version == 0 { String::new() } else { version.to_string() };
        self.facts.push(Incoming { source: self.brand.spec.source.clone(), object, version, identities, personal, occurred_at: at, body });
    }

    /// The shop of a purchase: mostly one's own.
    pub fn shop(&mut self) -> &'static str {
        if self.random.chance(0.85) {
            return self.person.shop;
        }
        let city = if self.person.city.shops.is_empty() { &CITIES[0] } else { self.person.city };
        self.random.pick(city.shops)
    }

    fn prospect(&mut self, joins: f64) {
        let at = self.moment(joins, self.person.channel);
        let follows = self.person.reach == Reach::Follower || self.random.chance(0.3);
        if self.person.reach == Reach::Aware {
            self.anchor = identity(IdentityKind::Anonymous, contact::platform_id("device", self.index));
            self.relation(at, Relation::Aware);
        } else if follows {
            self.anchor = self.wechat();
            self.relation(at, Relation::Follower);
        }
        if self.person.reach == Reach::Registered {
            let later = if follows { self.days_from(at, 20.0) } else { at };
            self.register(later);
        }
        let last = self.days_from(at, 60.0);
        self.behave(1.5, at, last);
    }

    fn buyer(&mut self, joins: f64) {
        let spec = &self.brand.spec;
        let times = purchases::times(&mut self.random, Process::FASHION, spec.purchase_rate, joins, self.brand.season.span());
        let mut moments: Vec<(Instant, Channel)> = Vec::with_capacity(times.len());
        for time in times {
            let channel = if self.random.chance(0.8) { self.person.channel } else { self.random.pick(&Channel::ALL) };
            moments.push((self.moment(time, channel), channel));
        }
        moments.sort_by_key(|&(at, _)| at);
        let (first, _) = moments[0];
        self.arrive(first);
        for (ordinal, (at, channel)) in (1..).zip(moments.iter().copied()) {
            // Who has not registered is known in one channel only.
            let known = self.registered_at.is_some_and(|since| since <= at);
            orders::buy(self, ordinal, at, if known { channel } else { self.person.channel });
        }
        let last = moments.last().map_or(first, |&(at, _)| self.days_from(at, 30.0));
        self.behave(1.6, first, last);
    }

    /// How a buyer came: followed before or not, registered before, at or after the first purchase, or never.
    fn arrive(&mut self, first: Instant) {
        let channel = self.person.channel;
        let registers = match channel {
            Channel::Store => 1.0,
            Channel::MiniProgram => 0.9,
            Channel::Tmall => 0.4,
            Channel::Douyin => 0.35,
        };
        let when = self.random.unit();
        // Two minutes at the counter; nobody in a shop is known before.
        let at_purchase = first.plus_ms(-120_000);
        let registered_at = if !self.random.chance(registers) {
            None
        } else if when < 0.15 {
            Some(self.days_before(first, 25.0).min(at_purchase))
        } else if when < 0.85 || channel == Channel::Store {
            Some(at_purchase)
        } else {
            Some(self.days_from(first, 60.0))
        };
        self.anchor = match channel {
            Channel::Store => self.anchor.clone(),
            Channel::MiniProgram => self.wechat(),
            Channel::Tmall => identity(IdentityKind::Other("taobao".to_owned()), contact::platform_id("taobao", self.index)),
            Channel::Douyin => identity(IdentityKind::Other("douyin".to_owned()), contact::platform_id("douyin", self.index)),
        };
        let earlier = registered_at.filter(|&at| at < first);
        if (channel == Channel::MiniProgram || earlier.is_some()) && self.random.chance(0.3) {
            self.anchor = self.wechat();
            let before = earlier.unwrap_or(first);
            let follows = self.days_before(before, 20.0).min(before.plus_ms(-60_000));
            self.relation(follows, Relation::Follower);
        }
        if let Some(at) = registered_at {
            self.register(at);
        }
    }

    fn register(&mut self, at: Instant) {
        if at > self.brand.spec.calendar.end(self.brand.spec.end) {
            return;
        }
        self.registered_at = Some(at);
        let mut attributes = BTreeMap::new();
        attributes.insert("city".to_owned(), Attribute::Text(self.person.city.name.to_owned()));
        if self.random.chance(0.85) {
            let gender = if self.person.female { "female" } else { "male" };
            attributes.insert("gender".to_owned(), Attribute::Text(gender.to_owned()));
        }
        if self.random.chance(0.7) {
            attributes.insert("birth_year".to_owned(), Attribute::Number(f64::from(self.person.birth_year)));
        }
        let mut identities = vec![identity(IdentityKind::Number, contact::number(self.index))];
        let mut personal = vec![("name".to_owned(), self.person.name.clone())];
        if self.random.chance(0.92) {
            let phone = contact::phone(self.index);
            personal.push(("phone".to_owned(), phone.clone()));
            identities.push(identity(IdentityKind::Phone, phone));
        }
        if self.random.chance(0.15) {
            let email = contact::email(&mut self.random, self.index);
            personal.push(("email".to_owned(), email.clone()));
            identities.push(identity(IdentityKind::Email, email));
        }
        if !identities.contains(&self.anchor) {
            identities.push(self.anchor.clone());
        }
        let body = Body::MemberUpdated { relation: Some(Relation::Registered), attributes };
        self.tell_of(identities, Personal(personal), at, self.object(), 2, body);
        if self.random.chance(0.03) {
            let moved = self.brand.cities.draw(&mut self.random).name.to_owned();
            let later = self.days_from(at, 400.0);
            let attributes = BTreeMap::from([("city".to_owned(), Attribute::Text(moved))]);
            self.tell(later, self.object(), 3, Body::MemberUpdated { relation: None, attributes });
        }
    }

    /// A first step short of registering.
    fn relation(&mut self, at: Instant, relation: Relation) {
        self.tell(at, self.object(), 1, Body::MemberUpdated { relation: Some(relation), attributes: BTreeMap::new() });
    }

    /// Some of what the brand saw a member do from `from` to `until`.
    fn behave(&mut self, mean: f64, from: Instant, until: Instant) {
        const NAMES: [&str; 8] = [
            "product_viewed",
            "product_viewed",
            "product_viewed",
            "product_viewed",
            "product_added",
            "product_added",
            "product_favourited",
            "product_reviewed",
        ];
        for ordinal in 1..=poisson(&mut self.random, mean) {
            let seconds = ((until.0 - from.0) / 1000).max(1) as u64;
            let at = from.plus_ms(1000 * (1 + self.random.below(seconds)) as i64);
            let online = if self.person.channel == Channel::Store { Channel::MiniProgram } else { self.person.channel };
            let name =
                if self.person.channel == Channel::Store && self.random.chance(0.3) { "store_visited" } else { self.random.pick(&NAMES) };
            let channel = if name == "store_visited" { Channel::Store } else { online };
            let body = Body::Behaved { name: name.to_owned(), channel: Some(channel.as_str().to_owned()), scores: Scores::NONE };
            self.tell(at, format!("event:{:08}-{ordinal}", self.index), 0, body);
        }
    }

    /// The record of the member; its versions are the steps: 1 seen or following, 2 registered, 3 moved.
    fn object(&self) -> String {
        format!("member:{}", contact::number(self.index))
    }

    fn wechat(&self) -> Identity {
        identity(IdentityKind::WechatOpen, contact::platform_id("wechat", self.index))
    }

    /// The instant of a moment of the process: its day by the season, its time by the channel.
    fn moment(&mut self, time: f64, channel: Channel) -> Instant {
        let day = self.brand.season.day(time).unwrap_or(self.brand.spec.end);
        self.on(day, channel)
    }

    fn on(&mut self, day: Day, channel: Channel) -> Instant {
        let (hour, minute, second) = season::time_of_day(&mut self.random, day, channel);
        self.brand.spec.calendar.at(day, hour, minute, second)
    }

    /// About `mean` days after `at`, at least one; may lie after the end.
    fn days_from(&mut self, at: Instant, mean: f64) -> Instant {
        let days = 1.0 + exponential(&mut self.random, 1.0 / mean);
        let day = self.brand.spec.calendar.day(at) + days as i32;
        self.on(day, Channel::MiniProgram)
    }

    /// About `mean` days before `at`, but within the history.
    fn days_before(&mut self, at: Instant, mean: f64) -> Instant {
        let days = 1.0 + exponential(&mut self.random, 1.0 / mean);
        let day = (self.brand.spec.calendar.day(at) - days as i32).max(self.brand.first);
        self.on(day, Channel::MiniProgram)
    }

    fn told(mut self) -> Vec<Incoming> {
        self.facts.sort_by_key(|fact| fact.occurred_at);
        self.facts
    }
}

/// An identity that is already in normal form; a test parses each kind.
fn identity(kind: IdentityKind, value: String) -> Identity {
    Identity { kind, value }
}
