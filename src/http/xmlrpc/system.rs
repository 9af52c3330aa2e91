//! `system.*` and `demo.*`. `system.multicall` is the session's.

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    session::MULTICALL,
    table::{self, Answer, Kind, Method, Needs, method, param},
    value::Value,
};

pub const METHODS: &[Method] = &[
    method("system.listMethods", Needs::Nothing, &[], |_| async move { Ok(list()) }.boxed()),
    method("system.getCapabilities", Needs::Nothing, &[], |_| async move { Ok(capabilities()) }.boxed()),
    method("demo.sayHello", Needs::Nothing, &[], |_| async move { Ok(Value::text("Hello!")) }.boxed()),
    method("demo.addTwoNumbers", Needs::Nothing, &[param("a", Kind::Number), param("b", Kind::Number)], |call| {
        async move { add(call) }.boxed()
    }),
];

fn list() -> Value {
    let own = table::all().map(|method| method.name);
    Value::texts(std::iter::once(MULTICALL).chain(own))
}

fn capabilities() -> Value {
    let entry =
        |url: &str, version| Value::members([("specUrl", Value::text(url)), ("specVersion", Value::Int(version))]);
    Value::members([
        ("xmlrpc", entry("http://www.xmlrpc.com/spec", 1)),
        ("faults_interop", entry("http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20_010_516)),
        (MULTICALL, entry("http://www.xmlrpc.com/discuss/msgReader$1208", 1)),
    ])
}

fn add(call: &Call) -> Answer {
    let number = |name| call.arg(name).and_then(Value::as_number).unwrap_or(0);
    let sum = number("a").checked_add(number("b"));
    sum.map(Value::Int).ok_or_else(|| Fault::arguments("The sum is too large."))
}
