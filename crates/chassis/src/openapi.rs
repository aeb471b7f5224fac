//! OpenAPI documents: each service has a function `openapi()` that returns its own.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};

/// Name of the security scheme for access tokens, as handlers write it:
/// `security(("bearer" = ["scope"]))`.
pub const BEARER: &str = "bearer";

/// The document of a service before its routes are added: title, version, the bearer scheme.
pub fn document(title: &str, description: &str) -> OpenApi {
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(title)
                .version(crate::VERSION)
                .description(Some(description))
                .build(),
        )
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme(
                    BEARER,
                    SecurityScheme::Http(
                        Http::builder()
                            .scheme(HttpAuthScheme::Bearer)
                            .bearer_format("JWT")
                            .description(Some(
                                "Access token of gateway-api, or an API key (`nxk_…`)",
                            ))
                            .build(),
                    ),
                )
                .build(),
        ))
        .build()
}

/// The document as it is committed: pretty JSON with a line end. Handlers of one name in two
/// modules share an operation id until here, where each operation gets its own from its address.
pub fn to_json(document: &OpenApi) -> Result<String, serde_json::Error> {
    let mut document = document.clone();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
            }
        }
    }
    document.to_pretty_json().map(|text| text + "\n")
}

/// `get_streams_slug` for `GET /api/v1/streams/{slug}`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    std::iter::once(method)
        .chain(words.filter(|word| !word.is_empty()))
        .collect::<Vec<_>>()
        .join("_")
}

#[cfg(test)]
mod tests {
    use super::operation_id;

    #[test]
    fn operations_are_called_by_their_address() {
        assert_eq!(operation_id("get", "/api/v1/streams/{slug}"), "get_streams_slug");
        assert_eq!(operation_id("post", "/api/v1/session"), "post_session");
        assert_eq!(operation_id("get", "/.well-known/jwks.json"), "get_well_known_jwks_json");
    }
}
