//! The specification that ships with the program.

use spec::{DEFAULT, Feature, Limit, PlanCode, Price, Spec};

#[test]
fn names_the_seven_running_and_four_later_parts_with_their_ports() {
    let spec = Spec::parse(DEFAULT).expect("the shipped specification is valid");
    let ports: Vec<(&str, u16)> =
        spec.services.iter().map(|(name, service)| (name.as_str(), service.port)).collect();
    assert_eq!(
        ports,
        [
            ("billing", 3043),
            ("gateway-api", 4000),
            ("postgresql", 5432),
            ("profile", 3042),
            ("puaboai-sdk", 3002),
            ("pv-keys", 3041),
            ("redis", 6379),
            ("streamcore", 3016),
            ("v-caster-pro", 3011),
            ("v-stage", 3013),
            ("vscreen-hollywood", 8088),
        ]
    );
}

#[test]
fn every_service_is_either_active_or_planned() {
    let spec = Spec::parse(DEFAULT).expect("valid");
    assert_eq!(spec.active().count() + spec.planned().count(), spec.services.len());
    assert!(spec.active_domains().all(|domain| spec.domains.contains_key(domain)));
}

#[test]
fn plans_add_up() {
    let spec = Spec::parse(DEFAULT).expect("valid");
    let free = spec.features(PlanCode::Free);
    let hollywood = spec.features(PlanCode::Hollywood);
    assert!(!free.contains(&Feature::CustomOverlays));
    assert!(hollywood.contains(&Feature::CustomOverlays) && hollywood.contains(&Feature::Render8k));
    assert_eq!(spec.plans[0].limits.stream_height, Limit::AtMost(720));
    assert_eq!(spec.plans[3].price, Price::Custom);
    assert_eq!(spec.plans[1].price, Price::Monthly { cents: 1999, currency: "USD".to_owned() });
}
