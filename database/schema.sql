-- The database after all migrations of all services. Generated; do not edit.

CREATE SCHEMA streamcore;

CREATE FUNCTION public.audit_log_awaits_the_tree() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO audit_pending (entry) SELECT id FROM added;

    RETURN NULL;

END
$$;

CREATE FUNCTION public.audit_log_only_grows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;

END
$$;

CREATE TABLE public.organisation_members (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    CONSTRAINT organisation_members_role_known CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text])))
);

COMMENT ON TABLE public.organisation_members IS 'Who belongs to which organisation, and as what.';

CREATE TABLE public.organisations (
    id uuid NOT NULL,
    name text NOT NULL,
    plan text DEFAULT 'FREE'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT organisations_name_length CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

COMMENT ON TABLE public.organisations IS 'Studios and other groups of people who work together.';

CREATE TABLE public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    password_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    deletion_requested_at timestamp with time zone,
    plan text DEFAULT 'FREE'::text NOT NULL,
    deletion_requested_by uuid,
    called_in_at timestamp with time zone,
    call_in_published_at timestamp with time zone,
    CONSTRAINT users_deletion_disables CHECK (((deletion_requested_at IS NULL) OR (disabled_at IS NOT NULL))),
    CONSTRAINT users_deletion_is_asked_by_somebody CHECK (((deletion_requested_at IS NOT NULL) OR (deletion_requested_by IS NULL))),
    CONSTRAINT users_display_name_length CHECK (((length(display_name) >= 1) AND (length(display_name) <= 120))),
    CONSTRAINT users_email_lower CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
    CONSTRAINT users_plan_known CHECK ((plan = ANY (ARRAY['FREE'::text, 'CREATOR'::text, 'HOLLYWOOD'::text, 'ENTERPRISE'::text]))),
    CONSTRAINT users_role_known CHECK ((role = ANY (ARRAY['admin'::text, 'operator'::text, 'viewer'::text])))
);

COMMENT ON TABLE public.users IS 'People with an account.';

COMMENT ON COLUMN public.users.email IS 'Sign-in name, in lower case.';

COMMENT ON COLUMN public.users.password_hash IS 'PHC string, Argon2id.';

COMMENT ON COLUMN public.users.disabled_at IS 'Since when signing in is refused.';

COMMENT ON COLUMN public.users.revision IS 'Grows with every edit; the entity tag of the person.';

COMMENT ON COLUMN public.users.deletion_requested_at IS 'When the deletion was asked for; erased after the hold.';

COMMENT ON COLUMN public.users.plan IS 'Subscription plan of the account.';

COMMENT ON COLUMN public.users.deletion_requested_by IS 'Who asked for the deletion: the person, who can take it back, or an administrator.';

COMMENT ON COLUMN public.users.called_in_at IS 'When what access tokens say of the person was last changed; those of before are refused.';

COMMENT ON COLUMN public.users.call_in_published_at IS 'When the other services were told of that.';

CREATE FUNCTION public.effective_plan(person uuid) RETURNS text
    LANGUAGE sql STABLE
    RETURN (SELECT plans.plan FROM (SELECT u.plan FROM public.users u WHERE (u.id = effective_plan.person) UNION ALL SELECT o.plan FROM (public.organisation_members m JOIN public.organisations o ON ((o.id = m.organisation_id))) WHERE (m.user_id = effective_plan.person)) plans ORDER BY (array_position(ARRAY['FREE'::text, 'CREATOR'::text, 'HOLLYWOOD'::text, 'ENTERPRISE'::text], plans.plan)) DESC LIMIT 1);

COMMENT ON FUNCTION public.effective_plan(person uuid) IS 'The best plan among a person''s own and those of their organisations.';

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    requests_per_minute integer,
    rotated_at timestamp with time zone,
    previous_hash bytea,
    previous_until timestamp with time zone,
    revocation_published_at timestamp with time zone,
    CONSTRAINT api_keys_hash_is_sha256 CHECK ((length(key_hash) = 32)),
    CONSTRAINT api_keys_name_length CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT api_keys_previous_ends CHECK (((previous_hash IS NULL) = (previous_until IS NULL))),
    CONSTRAINT api_keys_previous_is_sha256 CHECK ((length(previous_hash) = 32)),
    CONSTRAINT api_keys_rate_bounded CHECK (((requests_per_minute >= 1) AND (requests_per_minute <= 60000)))
);

COMMENT ON TABLE public.api_keys IS 'Keys for programs that act for a user.';

COMMENT ON COLUMN public.api_keys.prefix IS 'First characters of the key, to tell keys apart.';

COMMENT ON COLUMN public.api_keys.key_hash IS 'SHA-256 of the key; the key itself is shown once and not stored.';

COMMENT ON COLUMN public.api_keys.requests_per_minute IS 'Limit of this key; NULL for the usual one.';

COMMENT ON COLUMN public.api_keys.rotated_at IS 'When its secret was last replaced.';

COMMENT ON COLUMN public.api_keys.previous_hash IS 'SHA-256 of the replaced key, which works until previous_until.';

COMMENT ON COLUMN public.api_keys.revocation_published_at IS 'When the other services were told that it was revoked.';

CREATE TABLE public.audit_checkpoints (
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_checkpoints_root_is_sha256 CHECK ((length(root) = 32)),
    CONSTRAINT audit_checkpoints_size_counts CHECK ((size > 0))
);

COMMENT ON TABLE public.audit_checkpoints IS 'Signed sizes and roots of the tree.';

COMMENT ON COLUMN public.audit_checkpoints.note IS 'C2SP tlog-checkpoint, signed with Ed25519.';

CREATE TABLE public.audit_leaves (
    seq bigint NOT NULL,
    entry uuid NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_leaves_hash_is_sha256 CHECK ((length(hash) = 32)),
    CONSTRAINT audit_leaves_seq_counts CHECK ((seq >= 0))
);

COMMENT ON TABLE public.audit_leaves IS 'Leaves of the tree over the audit log (RFC 6962), without gaps, in the order of commits.';

COMMENT ON COLUMN public.audit_leaves.hash IS 'Leaf hash of the entry as it was when it was given its place.';

CREATE TABLE public.audit_log (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid,
    action text NOT NULL,
    outcome text NOT NULL,
    subject text,
    address inet,
    request_id text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_log_action_form CHECK ((action ~ '^[a-z_]+[.][a-z_]+$'::text)),
    CONSTRAINT audit_log_outcome_known CHECK ((outcome = ANY (ARRAY['success'::text, 'failure'::text]))),
    CONSTRAINT audit_log_request_id_length CHECK ((length(request_id) <= 64))
);

COMMENT ON TABLE public.audit_log IS 'Who did or tried what. Rows are only ever added.';

COMMENT ON COLUMN public.audit_log.id IS 'UUIDv7, so entries sort by time.';

COMMENT ON COLUMN public.audit_log.actor IS 'The user; kept when the account goes, hence no foreign key.';

COMMENT ON COLUMN public.audit_log.subject IS 'What it was done to, as kind:id.';

CREATE TABLE public.audit_pending (
    entry uuid NOT NULL
);

COMMENT ON TABLE public.audit_pending IS 'Entries of the audit log that have no place in the tree yet.';

CREATE TABLE public.audit_subtrees (
    level smallint NOT NULL,
    "position" bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_subtrees_hash_is_sha256 CHECK ((length(hash) = 32)),
    CONSTRAINT audit_subtrees_level_counts CHECK (((level >= 1) AND ("position" >= 0)))
);

COMMENT ON TABLE public.audit_subtrees IS 'Roots of complete subtrees of 256, 65536, … leaves, so that no proof reads more than a few hundred hashes.';

CREATE TABLE public.erasures (
    person uuid NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone
);

COMMENT ON TABLE public.erasures IS 'People who were erased, of whom nothing but their id is kept.';

COMMENT ON COLUMN public.erasures.published_at IS 'When the other services were told, which erase what they have.';

CREATE TABLE public.mail_links (
    id uuid NOT NULL,
    purpose text NOT NULL,
    email text NOT NULL,
    user_id uuid,
    display_name text,
    role text,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    organisation_id uuid,
    CONSTRAINT mail_links_display_name_length CHECK (((length(display_name) >= 1) AND (length(display_name) <= 120))),
    CONSTRAINT mail_links_email_lower CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
    CONSTRAINT mail_links_purpose_known CHECK ((purpose = ANY (ARRAY['sign-up'::text, 'invitation'::text, 'organisation-invitation'::text, 'recovery'::text, 'change-email'::text, 'undo-email-change'::text, 'restore'::text])))
);

COMMENT ON TABLE public.mail_links IS 'Links sent by mail, each good once. No token is stored: it names the link under a MAC.';

COMMENT ON COLUMN public.mail_links.email IS 'Address that the link was sent to.';

COMMENT ON COLUMN public.mail_links.user_id IS 'Account that it acts on; absent when it makes one.';

COMMENT ON COLUMN public.mail_links.role IS 'Role that an invitation gives.';

COMMENT ON COLUMN public.mail_links.ended_at IS 'When it was used, declined or taken back.';

COMMENT ON COLUMN public.mail_links.organisation_id IS 'Organisation that it invites to.';

CREATE TABLE public.mail_outbox (
    id uuid NOT NULL,
    recipient text NOT NULL,
    message jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    last_error text,
    sent_at timestamp with time zone,
    given_up_at timestamp with time zone,
    CONSTRAINT mail_outbox_attempts_count CHECK ((attempts >= 0))
);

COMMENT ON TABLE public.mail_outbox IS 'Mails to be sent, written in the transaction of what causes them.';

COMMENT ON COLUMN public.mail_outbox.message IS 'What the mail is about. Never a token: the link is made when the mail is sent.';

CREATE TABLE public.oauth_clients (
    id uuid NOT NULL,
    client_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    secret_hash bytea,
    secret_hint text,
    redirect_uris text[] NOT NULL,
    post_logout_redirect_uris text[] NOT NULL,
    grant_types text[] NOT NULL,
    scopes text[] NOT NULL,
    id_token_alg text NOT NULL,
    first_party boolean NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT oauth_clients_alg_known CHECK ((id_token_alg = ANY (ARRAY['EdDSA'::text, 'RS256'::text]))),
    CONSTRAINT oauth_clients_hash_is_sha256 CHECK ((length(secret_hash) = 32)),
    CONSTRAINT oauth_clients_kind_known CHECK ((kind = ANY (ARRAY['public'::text, 'confidential'::text]))),
    CONSTRAINT oauth_clients_name_length CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT oauth_clients_secret_of_confidential CHECK (((kind = 'confidential'::text) = (secret_hash IS NOT NULL)))
);

COMMENT ON TABLE public.oauth_clients IS 'Programs that people sign in to with their account, or that act by themselves.';

COMMENT ON COLUMN public.oauth_clients.id IS 'Subject of the tokens that a client gets for itself.';

COMMENT ON COLUMN public.oauth_clients.secret_hash IS 'SHA-256 of the secret; the secret itself is shown once and not stored.';

COMMENT ON COLUMN public.oauth_clients.first_party IS 'Of the platform itself: nobody is asked for consent.';

CREATE TABLE public.oauth_consents (
    user_id uuid NOT NULL,
    client uuid NOT NULL,
    scopes text[] NOT NULL,
    granted_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.oauth_consents IS 'What people agreed to, so that they are not asked again.';

CREATE TABLE public.oauth_device_requests (
    id uuid NOT NULL,
    client uuid NOT NULL,
    user_code text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    poll_seconds integer NOT NULL,
    polled_at timestamp with time zone,
    decided_at timestamp with time zone,
    user_id uuid,
    allowed boolean,
    auth_time timestamp with time zone,
    amr text[],
    acr text,
    CONSTRAINT oauth_device_requests_decided_by_somebody CHECK ((((decided_at IS NULL) = (allowed IS NULL)) AND ((allowed IS NOT TRUE) OR ((user_id IS NOT NULL) AND (auth_time IS NOT NULL) AND (amr IS NOT NULL) AND (acr IS NOT NULL)))))
);

COMMENT ON TABLE public.oauth_device_requests IS 'Devices that wait for a person to agree at another one.';

CREATE TABLE public.oauth_grants (
    id uuid NOT NULL,
    client uuid NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid,
    offline boolean NOT NULL,
    scopes text[] NOT NULL,
    redirect_uri text,
    code_challenge bytea,
    code_expires_at timestamp with time zone,
    redeemed_at timestamp with time zone,
    nonce text,
    auth_time timestamp with time zone NOT NULL,
    amr text[] NOT NULL,
    acr text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_reason text,
    CONSTRAINT oauth_grants_generation_counts CHECK ((generation >= 0)),
    CONSTRAINT oauth_grants_reason_known CHECK ((revoked_reason = ANY (ARRAY['code-reused'::text, 'refresh-reused'::text, 'revoked-by-client'::text, 'revoked-by-user'::text, 'signed-out'::text]))),
    CONSTRAINT oauth_grants_reason_with_revocation CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
    CONSTRAINT oauth_grants_times_ordered CHECK (((created_at <= expires_at) AND (expires_at <= ends_at)))
);

COMMENT ON TABLE public.oauth_grants IS 'What people gave clients. No code or token is stored: each names its grant under a MAC.';

COMMENT ON COLUMN public.oauth_grants.offline IS 'Whether it outlives the session that it was given in.';

COMMENT ON COLUMN public.oauth_grants.code_challenge IS 'SHA-256 of the PKCE verifier; none when no code was used.';

COMMENT ON COLUMN public.oauth_grants.redeemed_at IS 'When the code was exchanged; a second time ends the grant.';

COMMENT ON COLUMN public.oauth_grants.generation IS 'Generation of the one refresh token that is good.';

CREATE TABLE public.oauth_interactions (
    id uuid NOT NULL,
    client uuid NOT NULL,
    request jsonb NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.oauth_interactions IS 'Requests that wait for a person to sign in or to agree.';

CREATE TABLE public.passkeys (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    counter bigint NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    transports text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_counter_range CHECK (((counter >= 0) AND (counter <= '4294967295'::bigint))),
    CONSTRAINT passkeys_name_length CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

COMMENT ON TABLE public.passkeys IS 'Public halves of passkeys (Web Authentication).';

COMMENT ON COLUMN public.passkeys.public_key IS 'In COSE form (RFC 9053).';

COMMENT ON COLUMN public.passkeys.counter IS 'Signatures so far, as the authenticator counts them; one that goes back is a copy.';

COMMENT ON COLUMN public.passkeys.backup_eligible IS 'Whether it may be copied between devices.';

COMMENT ON COLUMN public.passkeys.backed_up IS 'Whether there was such a copy when it was last used.';

CREATE TABLE public.recovery_codes (
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_hash_is_a_mac CHECK ((length(code_hash) = 32))
);

COMMENT ON TABLE public.recovery_codes IS 'Codes for who has lost the other factor; each works once.';

COMMENT ON COLUMN public.recovery_codes.code_hash IS 'HMAC-SHA256 of user and code under a key derived from the root secret.';

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    refresh_generation integer DEFAULT 0 NOT NULL,
    address inet,
    user_agent text,
    revoked_at timestamp with time zone,
    revoked_reason text,
    tokens_expire_at timestamp with time zone NOT NULL,
    revocation_published_at timestamp with time zone,
    auth_time timestamp with time zone NOT NULL,
    amr text[] NOT NULL,
    acr text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT sessions_acr_known CHECK ((acr = ANY (ARRAY['urn:nexus:aal1'::text, 'urn:nexus:aal2'::text]))),
    CONSTRAINT sessions_generation_counts CHECK ((refresh_generation >= 0)),
    CONSTRAINT sessions_reason_known CHECK ((revoked_reason = ANY (ARRAY['signed-out'::text, 'signed-out-everywhere'::text, 'refresh-reused'::text, 'password-reset'::text, 'revoked'::text, 'revoked-by-administrator'::text, 'password-changed'::text, 'account-disabled'::text, 'account-deleted'::text]))),
    CONSTRAINT sessions_reason_with_revocation CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
    CONSTRAINT sessions_times_ordered CHECK (((created_at <= expires_at) AND (expires_at <= ends_at))),
    CONSTRAINT sessions_user_agent_length CHECK ((length(user_agent) <= 256))
);

COMMENT ON TABLE public.sessions IS 'Sign-ins. No token is stored: a refresh token names its session and generation under a MAC.';

COMMENT ON COLUMN public.sessions.expires_at IS 'End unless refreshed before.';

COMMENT ON COLUMN public.sessions.ends_at IS 'End however often it is refreshed.';

COMMENT ON COLUMN public.sessions.refresh_generation IS 'Generation of the one refresh token that is good.';

COMMENT ON COLUMN public.sessions.tokens_expire_at IS 'When the last access token issued for it expires.';

COMMENT ON COLUMN public.sessions.revocation_published_at IS 'When the other services were told that it ended.';

COMMENT ON COLUMN public.sessions.auth_time IS 'When the user last proved who they are.';

COMMENT ON COLUMN public.sessions.amr IS 'How: methods of RFC 8176.';

COMMENT ON COLUMN public.sessions.acr IS 'How well: one factor (aal1) or two (aal2).';

COMMENT ON COLUMN public.sessions.seen_at IS 'When it was last used, to about a minute.';

CREATE TABLE public.signing_keys (
    kid text NOT NULL,
    alg text NOT NULL,
    public_jwk jsonb NOT NULL,
    private_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    activates_at timestamp with time zone NOT NULL,
    retires_at timestamp with time zone,
    CONSTRAINT signing_keys_alg_known CHECK ((alg = ANY (ARRAY['EdDSA'::text, 'RS256'::text]))),
    CONSTRAINT signing_keys_created_before_use CHECK ((created_at <= activates_at))
);

COMMENT ON TABLE public.signing_keys IS 'Keys that sign access and id tokens.';

COMMENT ON COLUMN public.signing_keys.kid IS 'Thumbprint of RFC 7638.';

COMMENT ON COLUMN public.signing_keys.private_key IS 'PKCS #8, sealed under a key derived from the secret file.';

COMMENT ON COLUMN public.signing_keys.activates_at IS 'When signing with it begins; it is published before.';

COMMENT ON COLUMN public.signing_keys.retires_at IS 'When signing with it ends; it is published until its last token has expired.';

CREATE TABLE public.team_members (
    organisation_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL
);

COMMENT ON TABLE public.team_members IS 'Who belongs to which team; only members of the organisation do.';

CREATE TABLE public.teams (
    id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT teams_name_length CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

COMMENT ON TABLE public.teams IS 'Groups inside an organisation.';

CREATE TABLE public.token_revocations (
    id uuid NOT NULL,
    revoked_at timestamp with time zone NOT NULL,
    tokens_expire_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone
);

COMMENT ON TABLE public.token_revocations IS 'Grants and single tokens that are refused until their last access token has expired.';

CREATE TABLE public.totp_secrets (
    user_id uuid NOT NULL,
    sealed_secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint
);

COMMENT ON TABLE public.totp_secrets IS 'Authenticator apps (RFC 6238): one for each user.';

COMMENT ON COLUMN public.totp_secrets.sealed_secret IS 'Encrypted under a key derived from the root secret, bound to its row.';

COMMENT ON COLUMN public.totp_secrets.confirmed_at IS 'Since when a code is asked for; before that nobody has shown one.';

COMMENT ON COLUMN public.totp_secrets.last_step IS 'Time step of the last code that was accepted; no earlier one is.';

CREATE TABLE streamcore.owners (
    user_id uuid NOT NULL,
    plan text NOT NULL,
    plan_as_of timestamp with time zone NOT NULL
);

COMMENT ON TABLE streamcore.owners IS 'Plans of accounts, as last heard from gateway-api';

COMMENT ON COLUMN streamcore.owners.plan_as_of IS 'When the account had this plan; what is heard late does not overwrite what is newer';

CREATE TABLE streamcore.streams (
    id uuid NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    key_hash bytea,
    key_hint text,
    created_at timestamp with time zone NOT NULL,
    key_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    owner_id uuid,
    CONSTRAINT streams_check CHECK (((key_hash IS NULL) = (key_hint IS NULL))),
    CONSTRAINT streams_key_hash_check CHECK ((octet_length(key_hash) = 32)),
    CONSTRAINT streams_key_hint_check CHECK ((char_length(key_hint) = 4)),
    CONSTRAINT streams_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'::text)),
    CONSTRAINT streams_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 120)))
);

COMMENT ON TABLE streamcore.streams IS 'Streams that may be published, one key each';

COMMENT ON COLUMN streamcore.streams.key_hash IS 'SHA-256 of the stream key, which is shown once and not kept; NULL when nobody may publish';

COMMENT ON COLUMN streamcore.streams.key_hint IS 'Last four characters of the key';

COMMENT ON COLUMN streamcore.streams.revision IS 'Counts up with every change; an edit names the one that it is based on';

COMMENT ON COLUMN streamcore.streams.owner_id IS 'Account that registered the stream; NULL when that was done on the server itself';

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_hash_unique UNIQUE (key_hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_checkpoints
    ADD CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (size);

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_entry_unique UNIQUE (entry);

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_pending
    ADD CONSTRAINT audit_pending_pkey PRIMARY KEY (entry);

ALTER TABLE ONLY public.audit_subtrees
    ADD CONSTRAINT audit_subtrees_pkey PRIMARY KEY (level, "position");

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (person);

ALTER TABLE ONLY public.mail_links
    ADD CONSTRAINT mail_links_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mail_outbox
    ADD CONSTRAINT mail_outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_clients
    ADD CONSTRAINT oauth_clients_client_id_unique UNIQUE (client_id);

ALTER TABLE ONLY public.oauth_clients
    ADD CONSTRAINT oauth_clients_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_consents
    ADD CONSTRAINT oauth_consents_pkey PRIMARY KEY (user_id, client);

ALTER TABLE ONLY public.oauth_device_requests
    ADD CONSTRAINT oauth_device_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_device_requests
    ADD CONSTRAINT oauth_device_requests_user_code_unique UNIQUE (user_code);

ALTER TABLE ONLY public.oauth_grants
    ADD CONSTRAINT oauth_grants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_interactions
    ADD CONSTRAINT oauth_interactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisation_members
    ADD CONSTRAINT organisation_members_pkey PRIMARY KEY (organisation_id, user_id);

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_credential_unique UNIQUE (credential_id);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);

ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (team_id, user_id);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_of_organisation UNIQUE (organisation_id, id);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.token_revocations
    ADD CONSTRAINT token_revocations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.totp_secrets
    ADD CONSTRAINT totp_secrets_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_unique UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY streamcore.owners
    ADD CONSTRAINT owners_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY streamcore.streams
    ADD CONSTRAINT streams_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY streamcore.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (id);

ALTER TABLE ONLY streamcore.streams
    ADD CONSTRAINT streams_slug_key UNIQUE (slug);

CREATE INDEX api_keys_by_user ON public.api_keys USING btree (user_id);

CREATE INDEX api_keys_revoked ON public.api_keys USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);

CREATE INDEX audit_log_by_action ON public.audit_log USING btree (action text_pattern_ops, id);

CREATE INDEX audit_log_by_actor ON public.audit_log USING btree (actor, id);

CREATE INDEX audit_log_by_request ON public.audit_log USING btree (request_id) WHERE (request_id IS NOT NULL);

CREATE INDEX audit_log_by_subject ON public.audit_log USING btree (subject, id);

CREATE INDEX audit_log_by_time ON public.audit_log USING btree (at);

CREATE INDEX audit_log_by_words ON public.audit_log USING gin (jsonb_to_tsvector('simple'::regconfig, details, '["string", "numeric"]'::jsonb));

CREATE INDEX erasures_pending ON public.erasures USING btree (erased_at) WHERE (published_at IS NULL);

CREATE INDEX mail_links_by_expiry ON public.mail_links USING btree (expires_at);

CREATE INDEX mail_links_by_organisation ON public.mail_links USING btree (organisation_id) WHERE (ended_at IS NULL);

CREATE INDEX mail_links_by_user ON public.mail_links USING btree (user_id);

CREATE INDEX mail_links_open_by_email ON public.mail_links USING btree (email, purpose) WHERE (ended_at IS NULL);

CREATE INDEX mail_outbox_by_age ON public.mail_outbox USING btree (created_at);

CREATE INDEX mail_outbox_due ON public.mail_outbox USING btree (next_attempt_at) WHERE ((sent_at IS NULL) AND (given_up_at IS NULL));

CREATE INDEX oauth_device_requests_by_end ON public.oauth_device_requests USING btree (expires_at);

CREATE INDEX oauth_grants_by_client ON public.oauth_grants USING btree (client);

CREATE INDEX oauth_grants_by_end ON public.oauth_grants USING btree (expires_at);

CREATE INDEX oauth_grants_by_session ON public.oauth_grants USING btree (session_id);

CREATE INDEX oauth_grants_by_user ON public.oauth_grants USING btree (user_id, client) WHERE (revoked_at IS NULL);

CREATE INDEX oauth_interactions_by_end ON public.oauth_interactions USING btree (expires_at);

CREATE INDEX organisation_members_by_user ON public.organisation_members USING btree (user_id);

CREATE INDEX passkeys_by_user ON public.passkeys USING btree (user_id, created_at);

CREATE INDEX sessions_by_end ON public.sessions USING btree (expires_at);

CREATE INDEX sessions_open_by_user ON public.sessions USING btree (user_id) WHERE (revoked_at IS NULL);

CREATE INDEX sessions_revoked ON public.sessions USING btree (tokens_expire_at) WHERE (revoked_at IS NOT NULL);

CREATE INDEX team_members_by_member ON public.team_members USING btree (organisation_id, user_id);

CREATE UNIQUE INDEX teams_name_unique ON public.teams USING btree (organisation_id, lower(name));

CREATE INDEX token_revocations_by_end ON public.token_revocations USING btree (tokens_expire_at);

CREATE INDEX users_called_in ON public.users USING btree (called_in_at) WHERE (called_in_at IS NOT NULL);

CREATE INDEX users_to_erase ON public.users USING btree (deletion_requested_at) WHERE (deletion_requested_at IS NOT NULL);

CREATE INDEX streams_owner_id ON streamcore.streams USING btree (owner_id);

CREATE TRIGGER audit_checkpoints_only_grow BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_only_grows();

CREATE TRIGGER audit_leaves_only_grow BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_leaves FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_only_grows();

CREATE TRIGGER audit_log_awaits_the_tree AFTER INSERT ON public.audit_log REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_awaits_the_tree();

CREATE TRIGGER audit_log_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_only_grows();

CREATE TRIGGER audit_subtrees_only_grow BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_subtrees FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_only_grows();

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_entry_fkey FOREIGN KEY (entry) REFERENCES public.audit_log(id);

ALTER TABLE ONLY public.mail_links
    ADD CONSTRAINT mail_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.mail_links
    ADD CONSTRAINT mail_links_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.mail_links
    ADD CONSTRAINT mail_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_clients
    ADD CONSTRAINT oauth_clients_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.oauth_consents
    ADD CONSTRAINT oauth_consents_client_fkey FOREIGN KEY (client) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_consents
    ADD CONSTRAINT oauth_consents_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_device_requests
    ADD CONSTRAINT oauth_device_requests_client_fkey FOREIGN KEY (client) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_device_requests
    ADD CONSTRAINT oauth_device_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_grants
    ADD CONSTRAINT oauth_grants_client_fkey FOREIGN KEY (client) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_grants
    ADD CONSTRAINT oauth_grants_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.oauth_grants
    ADD CONSTRAINT oauth_grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_interactions
    ADD CONSTRAINT oauth_interactions_client_fkey FOREIGN KEY (client) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.organisation_members
    ADD CONSTRAINT organisation_members_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.organisation_members
    ADD CONSTRAINT organisation_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_organisation_id_team_id_fkey FOREIGN KEY (organisation_id, team_id) REFERENCES public.teams(organisation_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_organisation_id_user_id_fkey FOREIGN KEY (organisation_id, user_id) REFERENCES public.organisation_members(organisation_id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.totp_secrets
    ADD CONSTRAINT totp_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY streamcore.streams
    ADD CONSTRAINT streams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES streamcore.owners(user_id) ON UPDATE CASCADE;
