//! Headers, compression and the pages of the house.

use hyper::Request;
use kailing_core::context::Profile;

use crate::testing::House;

#[tokio::test]
async fn a_sane_request_id_is_taken_over_and_another_replaced() {
    let house = House::open(Profile::Open).await;
    let id = async |given: &str| {
        let heard = house.send(Request::get("/openapi/echo").header("x-request-id", given), "").await;
        heard.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id("Abc_1.2-3").await, "Abc_1.2-3");
    for bad in ["", "a b", "ä", &"a".repeat(129)] {
        let made = id(bad).await;
        assert!(made != bad && made.len() == 24, "{made}");
    }
}

#[tokio::test]
async fn far_callers_that_accept_gzip_get_it() {
    let house = House::open(Profile::Open).await;
    let uri = format!("/openapi/page?access_token={}", house.token().await);
    let heard = house.send(Request::get(&uri).header("accept-encoding", "gzip"), "").await;
    assert_eq!(heard.headers["content-encoding"], "gzip");
    assert_eq!(heard.headers["vary"], "Accept-Encoding");
    assert!(heard.bytes.len() < 2_000);
    let plain = house.get(&uri).await;
    assert!(!plain.headers.contains_key("content-encoding"));
    assert_eq!(plain.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(plain.bytes.len(), 100_000 + r#"{"msg":"success","code":0,"data":}"#.len());
}

#[tokio::test]
async fn the_house_tells_of_itself() {
    let house = House::open(Profile::Open).await;
    house.get("/openapi/nowhere").await;
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/", "/docs/swagger-ui-bundle.js"] {
        assert_eq!(house.get(path).await.status, 200, "{path}");
    }
    assert_eq!(house.get("/docs").await.headers["location"], "/docs/");
    assert_eq!(house.get("/docs/nothing").await.status, 404);
    assert_eq!(house.post("/metrics", "").await.status, 405);
    let metrics = String::from_utf8(house.get("/metrics").await.bytes.to_vec()).unwrap();
    assert!(metrics.contains(r#"kailing_requests_total{endpoint="unknown",code="1007"} 1"#), "{metrics}");
}

#[tokio::test]
async fn the_documentation_page_loads_nothing_from_elsewhere() {
    let house = House::open(Profile::Open).await;
    for path in ["/docs/", "/docs/swagger-initializer.js", "/docs/index.css"] {
        let page = String::from_utf8(house.get(path).await.bytes.to_vec()).unwrap();
        assert!(
            !page.contains("http://") && !page.contains("https://") && !page.contains("src=\"//"),
            "{path}: {page}"
        );
    }
}
