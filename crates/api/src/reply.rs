//! What a handler gives back, and how the documentation describes it.

use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, Object, Schema};
use utoipa::openapi::{Ref, RefOr};

/// The payload of a success.
#[derive(Debug)]
pub enum Reply {
    /// No `data` at all.
    Done,
    /// `data`, as JSON text that is copied into the envelope as it is.
    Data(Vec<u8>),
}

impl Reply {
    /// `{"msg":"success","code":0}`.
    pub fn done() -> Verdict<Reply> {
        Ok(Reply::Done)
    }

    /// `data` from a value; members appear in the order of its fields.
    pub fn data(data: &impl Serialize) -> Verdict<Reply> {
        match serde_json::to_vec(data) {
            Ok(json) => Ok(Reply::Data(json)),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Err(Code::Unavailable.into())
            }
        }
    }

    /// `data` from ready JSON, without another look at it.
    pub fn raw(json: Vec<u8>) -> Verdict<Reply> {
        Ok(Reply::Data(json))
    }
}

/// Schemas that the document refers to by name.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// How the documentation describes `data`.
#[derive(Clone, Copy, Debug)]
pub struct ReplyDoc {
    schema: Option<fn(&mut Schemas) -> RefOr<Schema>>,
    list_in: Option<&'static str>,
    pub(crate) example: &'static str,
}

impl ReplyDoc {
    /// There is no `data`.
    pub const DONE: ReplyDoc = ReplyDoc { schema: None, list_in: None, example: "" };

    /// `data` is a `T`.
    pub const fn of<T: ToSchema>() -> ReplyDoc {
        ReplyDoc { schema: Some(named::<T>), ..ReplyDoc::DONE }
    }

    /// `data` is a bare array of `T`.
    pub const fn array_of<T: ToSchema>() -> ReplyDoc {
        ReplyDoc { schema: Some(array::<T>), ..ReplyDoc::DONE }
    }

    /// `data` is an object whose only member `name` is an array of `T`, e.g. a `fail_list`.
    pub const fn list_in<T: ToSchema>(name: &'static str) -> ReplyDoc {
        ReplyDoc { schema: Some(array::<T>), list_in: Some(name), ..ReplyDoc::DONE }
    }

    /// Shows this JSON as an example of `data`.
    #[must_use]
    pub const fn example(mut self, json: &'static str) -> ReplyDoc {
        self.example = json;
        self
    }

    /// The schema of `data`; those that it names are added to `schemas`.
    pub(crate) fn schema(&self, schemas: &mut Schemas) -> Option<RefOr<Schema>> {
        let schema = self.schema?(schemas);
        Some(match self.list_in {
            None => schema,
            Some(name) => RefOr::T(Object::builder().property(name, schema).required(name).build().into()),
        })
    }
}

fn named<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    RefOr::Ref(Ref::from_schema_name(T::name()))
}

fn array<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    RefOr::T(Schema::Array(Array::new(named::<T>(schemas))))
}
