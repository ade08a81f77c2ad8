//! A brand behind a router, and a client that asks it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use perennial_api::Options;
use perennial_app::access::Access;
use perennial_app::clock::ManualClock;
use perennial_app::engine::Command;
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::{House, Ports};
use perennial_app::policy::{BrandDocument, CountingText};
use perennial_app::port::journal::{Token, Whom};
use perennial_app::secret::Secrets;
use perennial_kernel::{Identity, ImportId, Instant, MemberId, SubjectId};
use perennial_source::{Context, Preset};
use perennial_store::{SqliteDesk, SqliteKeys, SqliteStore};
use serde_json::Value;
use tower::ServiceExt;

pub const PASSWORD: &str = "a long password";

pub struct Site {
    pub folder: tempfile::TempDir,
    pub options: Options,
    pub clock: Arc<ManualClock>,
    pub house: Arc<House>,
    pub router: Router,
    /// A session of the owner's.
    session: Mutex<String>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn kind(&self) -> &str {
        self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer as JSON, after its status was the one expected.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// A refusal's (pointer, code) pairs.
    #[track_caller]
    pub fn refused(&self, status: u16) -> Vec<(String, String)> {
        let problem = self.expect(status);
        assert_eq!(self.kind(), "application/problem+json");
        assert_eq!(problem["status"], status);
        for word in ["type", "title", "code", "detail", "detail_zh"] {
            assert!(problem[word].as_str().is_some_and(|text| !text.is_empty()), "{word} in {problem}");
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }
}

impl Site {
    pub fn new(time_zone: &str, currency: &str, now: &str) -> Self {
        let brand = BrandDocument {
            name: "Test".into(),
            time_zone: time_zone.into(),
            currency: currency.into(),
            life_gap_days: 180,
            counting: CountingText::Days,
        };
        Self::of(&brand, Instant::parse(now).unwrap())
    }

    pub fn of(brand: &BrandDocument, now: Instant) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(now));
        let house = Arc::new(House::init(ports(folder.path(), &clock), brand, "test").unwrap());
        let access = Access::new(Arc::clone(&house));
        access.ensure_owner(Some(PASSWORD)).unwrap();
        let session = Mutex::new(access.sign_in("owner", PASSWORD).unwrap());
        let options = Options { staged: Some(folder.path().join("staged")), ..Options::default() };
        let router = perennial_api::router(Arc::clone(&house), options.clone());
        Self { folder, options, clock, house, router, session }
    }

    pub fn shanghai() -> Self {
        Self::new("Asia/Shanghai", "CNY", "2026-11-22T10:00:00Z")
    }

    /// Imports a file, then opens the API anew: its board reads everyone.
    pub fn import(&mut self, file: &str, preset: Preset) {
        let reference = self.house.reference();
        let context = Context {
            calendar: reference.calendar.clone(),
            currency: reference.brand.currency,
            source: "file".into(),
            today: reference.calendar.day(self.house.now()),
            shift_days: 0,
        };
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data").join(file);
        let incoming = perennial_source::open(&path, &preset, context).unwrap().flat_map(|record| record.unwrap().incoming);
        let commands: Vec<Command> = incoming.map(|one| Command::Record { incoming: Box::new(one), import: None }).collect();
        for chunk in commands.chunks(1000) {
            self.house.queue().process(chunk.to_vec()).unwrap();
        }
        self.router = perennial_api::router(Arc::clone(&self.house), self.options.clone());
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// As the owner.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, format!("other=1; perennial={}", self.session()))
            .header("x-perennial", "1")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn send_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_bytes(method, path, serde_json::to_vec(body).unwrap()).await
    }

    pub async fn send_bytes(&self, method: &str, path: &str, body: Vec<u8>) -> Answer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_json("POST", path, body).await
    }

    /// The member that these lead to now, and its subjects.
    pub fn member(&self, whom: &Whom) -> Option<(MemberId, Vec<SubjectId>)> {
        let families = self.house.reader().families(whom).unwrap();
        let owner = families.claims.iter().filter(|(token, _)| whom.tokens.contains(token)).map(|(_, owner)| owner.subject);
        let linked = families.links.iter().filter(|link| whom.tokens.contains(&link.token)).map(|link| link.subject);
        let known = |subject: &SubjectId| *subject != SubjectId::NOBODY;
        let subject = owner.filter(known).chain(linked).chain(whom.subjects.iter().copied()).next()?;
        let member = families.kin.iter().find(|row| row.subject == subject).map_or(subject, |row| row.member);
        let subjects: Vec<SubjectId> = families.kin.iter().filter(|row| row.member == member).map(|row| row.subject).collect();
        Some((member, if subjects.is_empty() { vec![member] } else { subjects }))
    }

    pub fn tokens(&self, identities: &[Identity]) -> BTreeSet<Token> {
        identities.iter().map(|identity| self.house.secrets().token(identity)).collect()
    }

    /// The subject whose own a value is.
    pub fn subject(&self, identity: &Identity) -> SubjectId {
        let token = self.house.secrets().token(identity);
        self.house.reader().owner(token).unwrap().unwrap().subject
    }

    /// What takes back everything an import brought for these subjects.
    pub fn retractions(&self, import: ImportId, subjects: &[SubjectId]) -> Vec<Command> {
        let facts = self.house.reader().facts_of(subjects).unwrap();
        let mut brought: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| fact.import == Some(import)) {
            let key = self.house.secrets().command_key(&fact.source, &fact.object, &fact.object_version);
            brought.entry((fact.subject, fact.position.lane())).or_default().push(key);
        }
        brought.into_iter().map(|((subject, lane), keys)| Command::Retract { import, subject, lane, keys }).collect()
    }

    /// A job that began, once it has ended.
    pub async fn ended(&self, job: &Value) -> Value {
        for _ in 0..2400 {
            let found = self.get(&format!("/api/v1/jobs/{}", job.as_str().unwrap())).await.expect(200);
            if found["state"] != "running" {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{job} does not end");
    }

    /// A job that began, once it has ended well.
    pub async fn done(&self, job: &Value) -> Value {
        let found = self.ended(job).await;
        assert_eq!(found["state"], "done", "{found}");
        found
    }

    /// The members list, once everyone has been read.
    pub async fn board(&self, path: &str) -> Answer {
        for _ in 0..600 {
            let answer = self.get(path).await;
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                return answer;
            }
            assert_eq!(answer.json()["code"], "board_building");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the board is still being read after 30 s");
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub fn session(&self) -> String {
        self.session.lock().unwrap().clone()
    }

    /// Lets time pass, everything due is written, and the owner signs in again.
    pub fn until(&self, instant: &str) {
        self.clock.set(Instant::parse(instant).unwrap());
        self.house.queue().call(|engine| while engine.sweep().unwrap().more {});
        *self.session.lock().unwrap() = Access::new(Arc::clone(&self.house)).sign_in("owner", PASSWORD).unwrap();
    }
}

/// The type by which two members are in conflict, by the queue.
pub fn conflict_between(queue: &Value, a: MemberId, b: MemberId) -> Option<String> {
    let between = |row: &&Value| row["left"]["member"] == a.min(b).to_string() && row["right"]["member"] == a.max(b).to_string();
    queue["items"].as_array()?.iter().find(between).and_then(|row| row["kind"].as_str()).map(str::to_owned)
}

fn ports(folder: &Path, clock: &Arc<ManualClock>) -> Ports {
    let (journal, keys) = (folder.join("journal.db"), folder.join("keys.db"));
    Ports {
        writers: vec![(
            Box::new(SqliteStore::open(&journal).unwrap()),
            Box::new(SqliteKeys::open(&keys).unwrap()),
            HeadFile::open(&folder.join("head"), Sync::Full).unwrap(),
        )],
        reader: Box::new(SqliteStore::open(&journal).unwrap()),
        keys: Box::new(SqliteKeys::open(&keys).unwrap()),
        desk: Box::new(SqliteDesk::open(&journal).unwrap()),
        clock: Arc::<ManualClock>::clone(clock),
        secrets: Secrets::from_master(&[7; 32]),
    }
}
