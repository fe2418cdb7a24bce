//! Texts of how a connection stands: its tests, its pause, and what of it ends.

use crate::domain::TestStage;
use crate::i18n::Language;

crate::messages! {
    /// Command.
    test => { en "Test", fr "Tester" }
    /// Command while a test goes.
    stop_test => { en "Stop the test", fr "Arrêter le test" }
    /// Over a result.
    test_passed(name) => { en "{name} works", fr "{name} fonctionne" }
    /// Over a result.
    test_failed(name) => { en "{name} does not work", fr "{name} ne fonctionne pas" }
    /// Over the result of a test of what has no name yet.
    draft_passed => { en "The connection works", fr "La connexion fonctionne" }
    /// Over the result of a test of what has no name yet.
    draft_failed => { en "The connection does not work", fr "La connexion ne fonctionne pas" }
    /// Result without more to say.
    test_passed_text => { en "A delivery could be written there now.", fr "Une livraison pourrait y être écrite maintenant." }
    /// Name of the list of what was tried.
    steps => { en "What was tried", fr "Ce qui a été essayé" }
    /// Label of a value to copy.
    allow_flag => { en "Option that allows the address", fr "Option qui autorise l’adresse" }
    /// Button: takes the key that was found into the form.
    use_host_key => { en "Use this host key", fr "Utiliser cette clé d’hôte" }
    /// What to look at before.
    use_host_key_text => {
        en "Compare the key with the one that the operator of the server gives you before you use it.",
        fr "Comparez la clé avec celle que vous donne l’exploitant du serveur avant de l’utiliser."
    }

    /// Never tested.
    not_tested_yet => { en "Not tested yet", fr "Pas encore testée" }
    /// The last test went well.
    works => { en "Works", fr "Fonctionne" }
    /// The last test failed.
    fails => { en "Does not work", fr "Ne fonctionne pas" }

    /// Step of a test.
    step_name => { en "Host name", fr "Nom d’hôte" }
    /// Step of a test.
    step_address => { en "Network address", fr "Adresse réseau" }
    /// Step of a test.
    step_tls => { en "Encryption (TLS)", fr "Chiffrement (TLS)" }
    /// Step of a test.
    step_host_key => { en "Host key", fr "Clé d’hôte" }
    /// Step of a test.
    step_sign_in => { en "Sign-in", fr "Authentification" }
    /// Step of a test.
    step_permission => { en "Permission", fr "Autorisation" }
    /// Step of a test.
    step_write => { en "Write", fr "Écriture" }

    /// State, and command.
    paused => { en "Paused", fr "Suspendue" }
    /// Command, and title of its pane.
    pause => { en "Pause", fr "Suspendre" }
    /// Command.
    resume => { en "Resume", fr "Reprendre" }
    /// Title of the pane.
    pause_title(name) => { en "Pause {name}", fr "Suspendre {name}" }
    /// What a pause does.
    pause_text => {
        en "Runs of its exports wait until it is resumed; a run under way is let finish.",
        fr "Les exécutions de ses exportations attendent la reprise\u{a0}; celle qui est en cours va à son terme."
    }
    /// Field.
    pause_reason => { en "Reason", fr "Motif" }
    /// Over an error.
    not_paused => { en "Not paused", fr "Non suspendue" }
    /// Over an error.
    not_resumed => { en "Not resumed", fr "Non reprise" }
    /// Passing message.
    is_paused(name) => { en "{name} is paused", fr "{name} est suspendue" }
    /// Passing message.
    is_resumed(name) => { en "{name} is resumed", fr "{name} est reprise" }
    /// Who paused it.
    paused_by(who) => { en "Paused by {who}: its runs wait.", fr "Suspendue par {who}\u{a0}: ses exécutions attendent." }
    /// The server paused it.
    paused_by_server => {
        en "Paused by the server: its runs wait. Correct the sign-in, test it and resume it.",
        fr "Suspendue par le serveur\u{a0}: ses exécutions attendent. Corrigez l’authentification, testez-la et reprenez-la."
    }

    /// Something of a connection that ends.
    token => { en "Token", fr "Jeton" }
    /// Something of a connection that ends.
    sas => { en "Access signature", fr "Signature d’accès" }
    /// Something of a connection that ends.
    certificate => { en "Certificate", fr "Certificat" }
    /// When it ends.
    ends(what, at) => { en "{what} ends on {at}", fr "{what}\u{a0}: fin le {at}" }
    /// When it ended.
    ended(what, at) => { en "{what} ended on {at}", fr "{what}\u{a0}: terminé le {at}" }
}

/// A step of a test.
pub fn stage_name(language: Language, stage: TestStage) -> &'static str {
    match stage {
        TestStage::Name => step_name(language),
        TestStage::Address => step_address(language),
        TestStage::Tls => step_tls(language),
        TestStage::HostKey => step_host_key(language),
        TestStage::SignIn => step_sign_in(language),
        TestStage::Permission => step_permission(language),
        TestStage::Write => step_write(language),
    }
}

/// What ends; what is not known keeps the name that the server gives it.
pub fn expiring(language: Language, what: &str) -> String {
    match what {
        "token" => token(language).to_owned(),
        "sas" => sas(language).to_owned(),
        "certificate" => certificate(language).to_owned(),
        other => other.to_owned(),
    }
}
