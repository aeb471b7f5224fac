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
                                "Access token of `POST /api/v1/session` of gateway-api",
                            ))
                            .build(),
                    ),
                )
                .build(),
        ))
        .build()
}

/// The document as it is committed: pretty JSON with a line end.
pub fn to_json(document: &OpenApi) -> Result<String, serde_json::Error> {
    document.to_pretty_json().map(|text| text + "\n")
}
