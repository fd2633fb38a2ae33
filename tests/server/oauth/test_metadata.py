"""What the server says about itself, and that it is true."""

from __future__ import annotations

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from models.scope import Scope
from tests.server.oauth.centre import AUDIENCE, ISSUER, TOKEN_URL, Centre

SCOPES = [str(scope) for scope in Scope]


async def test_the_authorization_server_describes_itself(centre: Centre) -> None:
    response = await centre.http.get("/.well-known/oauth-authorization-server")
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "issuer": ISSUER,
        "token_endpoint": TOKEN_URL,
        "jwks_uri": "https://pool.example/.well-known/jwks.json",
        "scopes_supported": SCOPES,
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "protected_resources": [AUDIENCE],
    }


async def test_the_api_describes_itself_where_its_challenge_says(centre: Centre) -> None:
    challenge = (await centre.call(None)).headers["www-authenticate"]
    url = challenge.partition('resource_metadata="')[2].rstrip('"')
    assert url == "https://pool.example/.well-known/oauth-protected-resource/graphql"
    assert (await centre.http.get(url)).json() == {
        "resource": AUDIENCE,
        "authorization_servers": [ISSUER],
        "scopes_supported": SCOPES,
        "bearer_methods_supported": ["header"],
        "resource_name": "Storypool",
    }


async def test_the_description_keeps_to_its_standard(centre: Centre) -> None:
    metadata = AuthorizationServerMetadata((await centre.http.get("/.well-known/oauth-authorization-server")).json())
    metadata.validate_issuer()
    metadata.validate_token_endpoint()
    metadata.validate_jwks_uri()
    metadata.validate_scopes_supported()
    metadata.validate_grant_types_supported()
    metadata.validate_token_endpoint_auth_methods_supported()


async def test_a_client_that_knows_the_issuer_alone_finds_its_way_to_the_api(centre: Centre) -> None:
    client = await centre.partner_client()
    found = (await centre.http.get(f"{ISSUER}/.well-known/oauth-authorization-server")).json()
    assert (await centre.http.get(found["jwks_uri"])).json()["keys"]
    answer = await centre.http.post(
        found["token_endpoint"], data={"grant_type": found["grant_types_supported"][0]}, auth=client.pair
    )
    assert (await centre.call(f"{answer.json()['token_type']} {answer.json()['access_token']}")).status_code == 200
