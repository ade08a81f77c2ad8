//! Runs a story in a world, and says in the story's own words where they part.

use perennial_kernel::Calendar;
use perennial_rules::effect::Move;

use super::check::{Check, Expected, Gone, PlaceIs};
use super::words::Moment;
use super::{Reply, Step, Story, What, World};

/// The first line that does not hold, and what is the case instead.
pub fn run(story: &Story, world: &mut impl World) -> Result<(), String> {
    let mut reply = None;
    for step in &story.steps {
        match &step.what {
            What::Record { import, incoming } => reply = Some(world.record(step.at, &step.who, *import, incoming)),
            What::Retract(import) => world.retract(step.at, *import),
            What::Down(until) => world.down(step.at, *until),
            What::Activate(model) => world.activate(step.at, model),
            What::Rule { other, together } => world.rule(step.at, &step.who, other, *together),
            What::Check(check) => {
                world.pass(step.at);
                let judge = Judge { calendar: &story.brand.calendar, step, reply };
                judge.check(check, world).map_err(|why| format!("line {}: {why}", step.line))?;
            }
        }
    }
    Ok(())
}

struct Judge<'a> {
    calendar: &'a Calendar,
    step: &'a Step,
    reply: Option<Reply>,
}

impl Judge<'_> {
    fn check(&self, check: &Check, world: &mut impl World) -> Result<(), String> {
        let who = &self.step.who;
        match check {
            Check::Place { model, place, on, known } => {
                let day = on.unwrap_or_else(|| self.calendar.day(self.step.at));
                let known = known.map(|known| known.at(self.calendar).unwrap_or_else(|| self.calendar.end(known.day)));
                let found = world.place(who, model, day, known);
                let shown = found.as_ref().map(|at| format!("{} life {} since {}", at.stage, at.life, self.moment(at.since)));
                let holds = match (&found, place) {
                    (None, None) => true,
                    (Some(found), Some(PlaceIs { stage, life, since })) => {
                        found.stage == *stage
                            && life.is_none_or(|life| life == found.life)
                            && since.is_none_or(|since| since.covers(found.since, self.calendar))
                    }
                    _ => false,
                };
                wants(holds, &shown.unwrap_or_else(|| "unknown".to_owned()))
            }
            Check::Decided { model, moves } => self.moves(moves, &world.decided(who, model)),
            Check::Path { model, moves } => self.moves(moves, &world.path(who, model)),
            Check::Corrects { model, changes } => self.corrections(changes, world, model),
            Check::Timers(timers) => {
                let found = world.timers(who);
                let is = |(due, ran): &(Moment, Option<Moment>), timer: &super::Timer| {
                    due.covers(timer.due, self.calendar) && ran.map_or(timer.due == timer.ran, |ran| ran.covers(timer.ran, self.calendar))
                };
                let holds = found.len() == timers.len() && timers.iter().zip(&found).all(|(wanted, timer)| is(wanted, timer));
                let show = |timer: &super::Timer| format!("{} ran {}", self.moment(timer.due), self.moment(timer.ran));
                wants(holds, &found.iter().map(show).collect::<Vec<_>>().join("; "))
            }
            Check::Same { other, same } => {
                let found = world.same(who, other);
                wants(found == *same, if found { "they are one member" } else { "they are two members" })
            }
            Check::Conflict { other, kind } => {
                let found = world.conflict(who, other);
                wants(found == *kind, found.as_deref().unwrap_or("no conflict"))
            }
            Check::Answered(wanted) => wants(self.reply == Some(*wanted), &format!("{:?}", self.reply)),
            Check::Because { model, on, .. } | Check::BecauseOf { model, on, .. } | Check::WouldChange { model, on, .. } => {
                let day = on.unwrap_or_else(|| self.calendar.day(self.step.at));
                let reasons = world.reasons(who, model, day).ok_or("nothing is known of the member")?;
                Self::reasons(check, &reasons)
            }
        }
    }

    fn reasons(check: &Check, found: &super::Reasons) -> Result<(), String> {
        match check {
            Check::Because { values, .. } => wants(values.iter().all(|value| found.values.contains(value)), &format!("{:?}", found.values)),
            Check::BecauseOf { orders, .. } => wants(found.orders == *orders, &found.orders.join(", ")),
            Check::WouldChange { changes, .. } => wants(found.would_change == *changes, &format!("{:?}", found.would_change)),
            _ => Ok(()),
        }
    }

    fn moves(&self, wanted: &[Expected], found: &[Move]) -> Result<(), String> {
        let mut life = 0;
        let mut holds = wanted.len() == found.len();
        for (wanted, found) in wanted.iter().zip(found) {
            holds &= wanted.is(found, life, self.calendar);
            life = found.life;
        }
        let show = |step: &Move| {
            let again = if step.reactivated { " reactivated" } else { "" };
            format!("{} {} life {}{again}", self.moment(step.at), step.to, step.life)
        };
        wants(holds, &found.iter().map(show).collect::<Vec<_>>().join("; "))
    }

    fn corrections(&self, wanted: &[(Gone, Gone)], world: &mut impl World, model: &str) -> Result<(), String> {
        let found = world.corrections(&self.step.who, model);
        let side = |wanted: &Gone, found: &Option<Move>| match (wanted, found) {
            (None, None) => true,
            (Some((at, stage)), Some(step)) => at.covers(step.at, self.calendar) && *stage == step.to,
            _ => false,
        };
        let holds = found.len() == wanted.len()
            && wanted.iter().zip(&found).all(|((gone, come), found)| side(gone, &found.gone) && side(come, &found.come));
        let name = |step: &Option<Move>| {
            step.as_ref().map_or_else(|| "nothing".to_owned(), |step| format!("{} {}", self.moment(step.at), step.to))
        };
        let shown: Vec<String> = found.iter().map(|one| format!("{} -> {}", name(&one.gone), name(&one.come))).collect();
        wants(holds, &shown.join("; "))
    }

    /// An instant as stories write it: the day alone at its start.
    fn moment(&self, at: perennial_kernel::Instant) -> String {
        let day = self.calendar.day(at);
        let minutes = (at.0 - self.calendar.start(day).0) / 60_000;
        let time = (0..1440).find(|m| self.calendar.at(day, m / 60, m % 60, 0) == at);
        match time {
            Some(0) => day.to_string(),
            Some(m) => format!("{day} {:02}:{:02}", m / 60, m % 60),
            None => format!("{day} +{minutes}min"),
        }
    }
}

fn wants(holds: bool, found: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("instead: {found}")) }
}
