//! Signing in over the wire: any user name with an API key of the scope `sql` as password, or a user's own name and password where no second
//! factor is asked for.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion_postgres::pgwire::api::auth::{
    DefaultServerParameterProvider, LoginInfo, StartupHandler, finish_authentication, protocol_negotiation,
    save_startup_parameters_to_metadata,
};
use datafusion_postgres::pgwire::api::{
    ClientInfo, ConnectionGuard, ConnectionHandle, ConnectionManager, PgWireConnectionState, PidSecretKeyGenerator,
    RandomPidSecretKeyGenerator,
};
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::startup::Authentication;
use datafusion_postgres::pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use futures::{Sink, SinkExt};
use perennial_app::access::{AccessError, Credential, Need};

use super::Signed;

pub struct Entry {
    caller: Arc<Signed>,
    peer: SocketAddr,
    manager: Arc<ConnectionManager>,
    /// What days and instants are told in: clients show instants by what they were told here.
    zone: String,
    generator: RandomPidSecretKeyGenerator,
}

impl Entry {
    pub fn new(caller: Arc<Signed>, peer: SocketAddr, manager: Arc<ConnectionManager>, zone: String) -> Self {
        Self { caller, peer, manager, zone, generator: RandomPidSecretKeyGenerator::default() }
    }

    async fn let_in(&self, user: String, password: String) -> PgWireResult<Credential> {
        let (access, address) = (Arc::clone(&self.caller.access), self.peer.ip().to_string());
        let entered = tokio::task::spawn_blocking(move || access.enter_by_password(&user, &password, &address, "PostgreSQL", Need::Sql));
        let entered = entered.await.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
        entered.map_err(|error| match error {
            AccessError::Wrong | AccessError::CodeWrong => {
                fatal("28P01", "the password is neither right nor an API key / 密码或 API 密钥不正确")
            }
            AccessError::CodeNeeded => fatal(
                "28000",
                "this account has a second factor, which cannot be asked for here: take an API key with the scope sql as password / \
                 该账号已启用两步验证，此处无法输入验证码，请使用带 sql 权限的 API 密钥作为密码",
            ),
            AccessError::TooMany { retry_after_s } => {
                fatal("28000", &format!("too many failures: try again in {retry_after_s} s / 失败次数过多，请在 {retry_after_s} 秒后重试"))
            }
            AccessError::Refused(refusal) | AccessError::NotFound(refusal) => fatal("42501", &format!("{} / {}", refusal.en, refusal.zh)),
            AccessError::Port(error) => {
                tracing::error!(%error, "a sign-in over the PostgreSQL wire failed");
                fatal("58000", "the server could not answer; its log says why / 服务器出错，原因已记录在日志中")
            }
            AccessError::Random(error) => {
                tracing::error!(%error, "a sign-in over the PostgreSQL wire failed");
                fatal("58000", "the server could not answer; its log says why / 服务器出错，原因已记录在日志中")
            }
        })
    }
}

fn fatal(code: &str, message: &str) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new("FATAL".to_owned(), code.to_owned(), message.to_owned())))
}

#[async_trait]
impl StartupHandler for Entry {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match message {
            PgWireFrontendMessage::Startup(ref startup) => {
                protocol_negotiation(client, startup).await?;
                save_startup_parameters_to_metadata(client, startup);
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                client.send(PgWireBackendMessage::Authentication(Authentication::CleartextPassword)).await?;
            }
            PgWireFrontendMessage::PasswordMessageFamily(given) => {
                let given = given.into_password()?;
                let user = LoginInfo::from_client_info(client).user().unwrap_or_default().to_owned();
                let credential = self.let_in(user, given.password).await?;
                self.caller.set(credential);
                let (pid, secret) = self.generator.generate(client);
                client.set_pid_and_secret_key(pid, secret.clone());
                let (handle, guard) = self.manager.register(pid, secret);
                client.session_extensions().insert::<Arc<ConnectionHandle>>(handle);
                client.session_extensions().insert::<ConnectionGuard>(guard);
                let mut parameters = DefaultServerParameterProvider::default();
                parameters.is_superuser = false;
                parameters.default_transaction_read_only = true;
                parameters.time_zone.clone_from(&self.zone);
                finish_authentication(client, &parameters).await?;
            }
            _ => {}
        }
        Ok(())
    }
}
