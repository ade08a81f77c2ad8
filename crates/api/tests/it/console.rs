//! The console's files beside the API.

use axum::http::header;

use crate::kit::Site;

#[tokio::test(flavor = "multi_thread")]
async fn every_other_address_opens_the_console() {
    let site = Site::shanghai();
    for path in ["/", "/members", "/members/m_123/anything"] {
        let page = site.get(path).await;
        assert_eq!((page.status.as_u16(), page.kind()), (200, "text/html; charset=utf-8"), "{path}");
        assert!(page.text().contains("Perennial") || page.text().contains("常青"));
        assert_eq!(page.headers.get(header::CACHE_CONTROL).unwrap(), "no-cache");
        assert_eq!(page.headers.get("x-content-type-options").unwrap(), "nosniff");
    }
    assert_eq!(site.get("/assets/no-such-file.js").await.status, 404);
    assert_ne!(site.get("/.vite/manifest.json").await.kind(), "application/json");
    let health = site.get("/api/v1/health").await;
    assert_eq!(health.expect(200)["status"], "ok");
    assert_eq!(health.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
}
