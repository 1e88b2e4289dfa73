//! Every error code of the wire, its Chinese text and its meaning, in one table (chapter 00, section 12).
//!
//! A [`Refusal`] is the only way to say no: the domain returns it, the transaction is undone, and the
//! envelope carries its code and text. Programs branch on the code; the detail is for people.

use std::fmt;
use std::sync::Arc;

use crate::store::db::DbError;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $text:literal;)+) => {
        /// An error code of the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])+ $name = $number,)+ }

        impl Code {
            /// All codes that can be answered, in ascending order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The Chinese text that opens `msg`.
            pub const fn text(self) -> &'static str {
                match self { $(Code::$name => $text,)+ }
            }

            /// What the code means, in English, for the documentation.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The application is disabled or lacks the scope of the endpoint.
    NoAccess = 403, "无访问权限";
    /// A staff member that the call addresses directly is unknown.
    NoSuchStaff = 404, "员工不存在";
    /// The database is unavailable or something unexpected happened; nothing was stored.
    Unavailable = 500, "服务繁忙，请稍后重试";
    /// `app_id` and `app_secret` do not belong together.
    BadCredentials = 501, "app_id或app_secret不合法,请检查配置";
    /// A required parameter is missing.
    Missing = 1000, "参数缺失";
    /// An id of a referenced object is unknown (owner, creator, operator, sea, channel, tag).
    UnknownReference = 1001, "不合法的参数";
    /// The object exists already.
    Duplicate = 1002, "数据已存在";
    /// The addressed object is unknown.
    NotFound = 1003, "数据不存在";
    /// The operation was done already.
    Repeated = 1004, "重复操作";
    /// The state of the object forbids the operation.
    Forbidden = 1005, "操作失败";
    /// The token is invalid or expired, or the path is unknown.
    IllegalAccess = 1007, "非法访问";
    /// The source address is not in the allow-list of the application.
    AddressRefused = 1008, "该Ip已被禁用";
    /// The rate limit of the profile `strict` is exceeded.
    TooManyCalls = 1009, "接口调用超过频率限制";
    /// The path is known, the method is not.
    WrongMethod = 1010, "不支持的请求方法";
    /// The body is not a JSON object in UTF-8.
    BadBody = 1011, "body参数解析异常";
    /// A list or the body is too large.
    TooMuch = 1012, "数据超过限制";
    /// A parameter has the wrong type, format, length or value.
    BadValue = 1013, "参数格式或值错误";
    /// The cursor is malformed or belongs elsewhere.
    BadCursor = 1014, "游标参数错误";
    /// The callback URL is malformed or cannot be reached.
    CallbackUnreachable = 2000, "回调地址不合法,请检查是否是可访问的地址";
    /// The callback URL answered, but not with the right text.
    CallbackUnverified = 2001, "回调地址校验不通过";
    /// A WeCom friend addressed on its own endpoints is unknown.
    NoSuchFriend = 3000, "客户不存在";
    /// The staff member is not activated, disabled, or has no right to use the product.
    StaffInactive = 3001, "员工未激活";
    /// The staff member has left the company.
    StaffLeft = 3002, "员工已离职";
    /// The group chat is unknown or dissolved.
    NoSuchGroupChat = 4000, "群聊不存在或已解散";
    /// The tenant has as many applications as it may have.
    TooManyApps = 4100, "应用数超过限制";
    /// The format of the imported file is not supported.
    BadFile = 6001, "文件格式不支持";
}

impl Code {
    /// The number on the wire.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// A refusal with this code and a detail that names the parameter and the reason.
    pub fn because(self, detail: impl Into<String>) -> Refusal {
        Refusal { code: self, text: self.text(), detail: detail.into(), cause: None }
    }
}

/// A call, or one item of a batch, that is refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    code: Code,
    text: &'static str,
    detail: String,
    cause: Option<Arc<DbError>>,
}

/// The result of everything that may be refused.
pub type Verdict<T> = Result<T, Refusal>;

impl Refusal {
    /// Replaces the text of the table by one that the documentation gives for this very case,
    /// e.g. `归属人id不存在` for an unknown new owner.
    #[must_use]
    pub fn with_text(mut self, text: &'static str) -> Refusal {
        self.text = text;
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The text of `msg` or `error_msg`: the Chinese text, then the detail if there is one.
    pub fn message(&self) -> String {
        if self.detail.is_empty() { self.text.to_owned() } else { format!("{}: {}", self.text, self.detail) }
    }

    /// What is wrong in this very case, in English; empty when there is nothing to add to the code.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The database error behind a 500: for the log and for retries, never for the wire.
    pub fn cause(&self) -> Option<&DbError> {
        self.cause.as_deref()
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Refusal {
        code.because("")
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Refusal {
        Refusal { cause: Some(Arc::new(error)), ..Code::Unavailable.because("") }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code.number(), self.message())
    }
}

impl std::error::Error for Refusal {}
