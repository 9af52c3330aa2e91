//! A user of the API beside its administrator.

use bucketpress::{
    content::{Edit, Role, UserId, edit::SaveUser},
    publish::Outcome,
};
use reqwest::Method;
use serde_json::Value;

use super::{Answer, Api};

pub struct Caller<'a> {
    api: &'a Api,
    pub id: UserId,
    login: String,
    secret: String,
}

impl<'a> Caller<'a> {
    pub async fn new(api: &'a Api, login: &str, role: Role) -> Self {
        let save = SaveUser {
            login: Some(login.to_owned()),
            email: Some(format!("{login}@example.org")),
            roles: Some(vec![role]),
            ..SaveUser::default()
        };
        let Outcome::User { id, .. } = api.server.apply(Edit::SaveUser(Box::new(save))).await else {
            panic!("no user")
        };
        Self { api, id, login: login.to_owned(), secret: api.server.app_password(id).await }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.api.client.request(method, self.api.url(path)).basic_auth(&self.login, Some(&self.secret))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Api::send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Api::send(self.request(Method::POST, path).json(&body)).await
    }

    /// `path` below the site.
    pub async fn post_to(&self, path: &str, body: Value) -> Answer {
        let request = self.api.client.post(self.api.server.url(path)).basic_auth(&self.login, Some(&self.secret));
        Api::send(request.json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Api::send(self.request(Method::DELETE, path)).await
    }
}

impl Api {
    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }
}
