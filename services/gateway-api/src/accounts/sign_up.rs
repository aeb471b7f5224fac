//! Signing up: a mail first, an account when its link comes back.

use api::gateway::{SignUpPolicy, SignUpRules};
use time::OffsetDateTime;

use super::{Accounts, parse_email, parse_name};
use crate::domain::audit::Caller;
use crate::domain::mail::Mail;
use crate::domain::password::MIN_CHARACTERS;
use crate::error::AccountError;

impl Accounts {
    pub(crate) fn sign_up_rules(&self) -> SignUpRules {
        SignUpRules {
            policy: self.policy,
            password_min_characters: u32::try_from(MIN_CHARACTERS).unwrap_or(u32::MAX),
        }
    }

    /// Sends a mail to whoever signs up. Whether the address has an account is looked up when the
    /// mail is sent, so neither the answer nor its time can tell.
    pub(crate) async fn sign_up(
        &self,
        email: &str,
        display_name: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        if self.policy != SignUpPolicy::Open {
            return Err(AccountError::SignUpClosed);
        }
        let email = parse_email(email)?;
        let display_name = parse_name(display_name)?.as_str().to_owned();
        let mail = Mail::SignUpRequested { display_name };
        self.send_to_stranger(&email, &mail, caller.address, now).await
    }
}
