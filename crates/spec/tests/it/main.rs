//! The specification read, refused, rendered and judged.

#[cfg(test)]
mod environment;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod nginx;
#[cfg(test)]
mod shipped;
#[cfg(test)]
mod validate;
