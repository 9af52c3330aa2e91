//! One request: signs in once, makes its call or calls, each on a state that has the ones before.

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;
use futures_util::future::{BoxFuture, FutureExt};
use jiff::Timestamp;

use super::{
    call::Call,
    fault::Fault,
    parse::MethodCall,
    table::{self, Kind, Method, Needs},
    value::Value,
};
use crate::{
    content::{Actor, Powers, User},
    http::{
        front::Front,
        guard,
        sign_in::{self, Refused},
    },
    index::Site,
    store::log::Snapshot,
};

/// Calls in one `system.multicall`.
pub const CALLS_MAX: usize = 100;
/// Once the answers of a multicall are this long no more calls are made.
const ANSWER_BYTES_MAX: usize = 32 << 20;
pub const MULTICALL: &str = "system.multicall";

#[derive(Debug)]
pub struct Session {
    pub front: Data<Front>,
    pub at: Arc<Snapshot<Site>>,
    pub now: Timestamp,
    pub ip: String,
    pub agent: String,
    /// Login, password, and whose they are: one request costs one check.
    pub signed: Option<(String, String, Arc<User>)>,
    /// A sign-in failed: a request has one guess.
    pub refused: Option<Fault>,
    pub committed: Option<u64>,
}

impl Session {
    /// # Errors
    /// What the method answers in place of a value.
    pub async fn answer(&mut self, call: MethodCall) -> Result<Value, Fault> {
        if call.name == MULTICALL { self.multicall(call.params).await } else { self.call(call).await }
    }

    /// Each call's answer in a list of one, or its fault. Once a sign-in has failed nobody else is signed in.
    async fn multicall(&mut self, params: Vec<Value>) -> Result<Value, Fault> {
        let Some(Value::List(calls)) = params.into_iter().next() else {
            return Err(Fault::arguments("system.multicall: a list of calls is missing."));
        };
        if calls.len() > CALLS_MAX {
            let message = format!("system.multicall: at most {CALLS_MAX} calls are made at once.");
            return Err(Fault::not_a_call(message));
        }
        let mut answers = Vec::with_capacity(calls.len());
        let mut left = ANSWER_BYTES_MAX;
        for call in &calls {
            let outcome = match one_of_many(call) {
                _ if left == 0 => Err(Fault::new(413, "The answers before this one are as long as can be.")),
                Ok(call) => self.call(call).await,
                Err(fault) => Err(fault),
            };
            left = left.saturating_sub(outcome.as_ref().map_or(0, Value::bytes));
            answers.push(outcome.map_or_else(|fault| fault.value(), |value| Value::List(vec![value])));
        }
        Ok(Value::List(answers))
    }

    fn call(&mut self, call: MethodCall) -> BoxFuture<'_, Result<Value, Fault>> {
        async move {
            let method = table::find(&call.name).ok_or_else(|| Fault::no_method(&call.name))?;
            method.check(&call.params)?;
            let user = self.permit(method, &call.params).await?;
            let actor = user.as_ref().map_or_else(|| Actor::Anonymous { ip: self.ip.clone() }, |u| Actor::User(u.id));
            let powers = Powers::of(&actor, user.as_deref());
            if let Needs::Can(capability) | Needs::CanOr(capability, _) = method.needs
                && !powers.can(capability)
            {
                let message = format!("Your account may not do this: {} needs {}.", method.name, capability.name());
                let code = if let Needs::CanOr(_, code) = method.needs { code } else { 401 };
                return Err(Fault::new(code, message));
            }
            let mut made = Call {
                front: self.front.clone(),
                at: self.at.clone(),
                now: self.now,
                powers,
                user,
                ip: self.ip.clone(),
                agent: self.agent.clone(),
                method,
                args: call.params,
                committed: self.committed,
            };
            let outcome = (method.run)(&mut made).await;
            self.at = made.at;
            self.committed = made.committed;
            outcome
        }
        .boxed()
    }

    async fn permit(&mut self, method: &Method, args: &[Value]) -> Result<Option<Arc<User>>, Fault> {
        let given = |kind| method.place(kind).and_then(|at| args.get(at)).and_then(Value::as_text).unwrap_or_default();
        if method.needs == Needs::Nothing {
            return Ok(None);
        }
        let user = self.sign_in(&given(Kind::Login), &given(Kind::Password)).await?;
        // Taken away meanwhile, by an earlier call of this request or by others.
        Ok(self.at.state.user(user.id).map(Arc::new))
    }

    /// By application password, or by the password of the account.
    async fn sign_in(&mut self, login: &str, password: &str) -> Result<Arc<User>, Fault> {
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        if let Some((known, secret, user)) = &self.signed
            && known == login
            && secret == password
        {
            return Ok(user.clone());
        }
        match self.verify(login, password).await {
            Ok(user) => {
                let user = Arc::new(user);
                self.signed = Some((login.to_owned(), password.to_owned(), user.clone()));
                Ok(user)
            }
            Err(fault) => {
                self.refused = Some(fault.clone());
                Err(fault)
            }
        }
    }

    async fn verify(&self, login: &str, password: &str) -> Result<User, Fault> {
        let secret: String = password.split_whitespace().collect();
        let app = &self.front.app;
        if let Some(wait) = self.front.app_throttle.wait(&self.ip, login, app.clock.monotonic()) {
            return Err(throttled(wait));
        }
        if let Some((user, used)) = guard::verify_app_password(&self.at, &app.key, login, &secret) {
            guard::note_use(app, &used, &self.ip);
            return Ok(user);
        }
        let signed = sign_in::with_password(&self.front, &self.ip, login, password).await;
        if matches!(signed, Err(Refused::Wrong | Refused::Throttled(_))) {
            // It may have been meant for either.
            sign_in::note_wrong_app_password(&self.front, &self.ip, login);
        }
        match signed {
            Ok(user) => Ok(user),
            Err(Refused::Wrong) => Err(Fault::forbidden("That username and password do not match.")),
            Err(Refused::Throttled(wait)) => Err(throttled(wait)),
            Err(Refused::Failed(error)) => Err(error.into()),
        }
    }
}

fn throttled(wait: Duration) -> Fault {
    let minutes = wait.as_secs().div_ceil(60);
    Fault::new(429, format!("Too many failed sign-ins. Wait {minutes} minutes."))
}

/// A call within a multicall.
fn one_of_many(call: &Value) -> Result<MethodCall, Fault> {
    let name = call.get("methodName").and_then(Value::as_text).unwrap_or_default();
    if name == MULTICALL {
        return Err(Fault::not_a_call("system.multicall cannot call itself."));
    }
    match call.get("params") {
        Some(Value::List(params)) => Ok(MethodCall { name, params: params.clone() }),
        None if !name.is_empty() => Ok(MethodCall { name, params: Vec::new() }),
        _ => Err(Fault::not_a_call("A call is a struct of methodName and params.")),
    }
}
