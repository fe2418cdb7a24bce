//! What the types of destination ask for: labels and help by the keys of their fields.

use crate::domain::ConnectionType;
use crate::i18n::Language;

crate::messages! {
    /// Field.
    path => { en "Folder", fr "Dossier" }
    /// What to fill in.
    path_help => {
        en "Full path of a folder on the server, inside one of its allowed roots.",
        fr "Chemin complet d’un dossier du serveur, dans l’une de ses racines autorisées."
    }
    /// Field.
    host => { en "Host", fr "Hôte" }
    /// What to fill in.
    host_help => { en "Name or address of the server.", fr "Nom ou adresse du serveur." }
    /// Field.
    port => { en "Port", fr "Port" }
    /// Field.
    username => { en "User name", fr "Nom d’utilisateur" }
    /// Field.
    folder => { en "Remote folder", fr "Dossier distant" }
    /// What to fill in.
    folder_help => {
        en "It exists already; the exports get folders of their own in it.",
        fr "Il existe déjà\u{a0}; les exportations y reçoivent leurs propres dossiers."
    }
    /// Field.
    host_key => { en "Host key", fr "Clé d’hôte" }
    /// What to fill in.
    host_key_help => {
        en "Fingerprint of the server’s public key, beginning with SHA256, or its line of known_hosts. Without the right one nothing is sent; a test says which one it found.",
        fr "Empreinte de la clé publique du serveur, commençant par SHA256, ou sa ligne de known_hosts. Sans la bonne, rien n’est envoyé\u{a0}; un test indique celle qu’il a trouvée."
    }
    /// Field.
    password => { en "Password", fr "Mot de passe" }
    /// Field.
    private_key => { en "Private key", fr "Clé privée" }
    /// What to fill in.
    private_key_help => {
        en "The whole file, with its first and last line.",
        fr "Le fichier entier, avec sa première et sa dernière ligne."
    }
    /// Field.
    passphrase => { en "Passphrase of the private key", fr "Phrase secrète de la clé privée" }
    /// Field.
    bucket => { en "Bucket", fr "Compartiment" }
    /// Field.
    region => { en "Region", fr "Région" }
    /// Field.
    endpoint => { en "Endpoint", fr "Point de terminaison" }
    /// What to fill in.
    endpoint_s3_help => {
        en "Address of a store that is not Amazon’s. Empty for Amazon S3.",
        fr "Adresse d’un service qui n’est pas celui d’Amazon. Vide pour Amazon S3."
    }
    /// What to fill in.
    endpoint_azure_help => {
        en "Address of the account where it is not the public one of Azure.",
        fr "Adresse du compte, si ce n’est pas l’adresse publique d’Azure."
    }
    /// Field.
    prefix => { en "Folder in it", fr "Dossier à l’intérieur" }
    /// What to fill in.
    prefix_help => {
        en "Everything is written below this path. Empty: at the top.",
        fr "Tout est écrit sous ce chemin. Vide\u{a0}: à la racine."
    }
    /// Field.
    path_style => { en "Bucket in the path of the address", fr "Compartiment dans le chemin de l’adresse" }
    /// What to know.
    path_style_help => {
        en "Stores that are not Amazon’s often need it.",
        fr "Souvent nécessaire aux services qui ne sont pas d’Amazon."
    }
    /// Field.
    conditional_writes => { en "The store can write only if a file is not there", fr "Le service sait n’écrire que si un fichier n’existe pas" }
    /// What to know.
    conditional_writes_help => {
        en "Switch it off only where a test says that the store cannot. Then one Waybill alone may deliver to it.",
        fr "À désactiver seulement si un test indique que le service en est incapable. Un seul Waybill peut alors y livrer."
    }
    /// Field.
    access_key_id => { en "Access key ID", fr "Identifiant de clé d’accès" }
    /// Field.
    secret_access_key => { en "Secret access key", fr "Clé d’accès secrète" }
    /// Field.
    session_token => { en "Session token", fr "Jeton de session" }
    /// Field.
    account => { en "Storage account", fr "Compte de stockage" }
    /// Field.
    container => { en "Container", fr "Conteneur" }
    /// Field.
    account_key => { en "Account key", fr "Clé de compte" }
    /// Field.
    sas_token => { en "Shared access signature", fr "Signature d’accès partagé" }
    /// What to fill in.
    sas_token_help => {
        en "With permission to read, add, create, write, delete and list.",
        fr "Avec les autorisations de lecture, d’ajout, de création, d’écriture, de suppression et de liste."
    }
    /// Field.
    url => { en "URL", fr "URL" }
    /// What to fill in.
    url_help => {
        en "It receives signed messages by POST and answers 2xx.",
        fr "Elle reçoit des messages signés par POST et répond 2xx."
    }
    /// Field.
    rows_per_message => { en "Rows per message", fr "Lignes par message" }
    /// Field.
    max_bytes => { en "Largest message, in bytes", fr "Taille maximale d’un message, en octets" }
    /// Field.
    signing_secret => { en "Signing secret", fr "Secret de signature" }
    /// What to fill in.
    signing_secret_help => {
        en "As Standard Webhooks has it, beginning with whsec_. The receiver has the same.",
        fr "Comme le veut Standard Webhooks, commençant par whsec_. Le destinataire a le même."
    }
    /// Field.
    signing_secret_old => { en "Previous signing secret", fr "Secret de signature précédent" }
    /// What to know.
    signing_secret_old_help => {
        en "While the receiver changes over: messages carry both signatures.",
        fr "Pendant que le destinataire change\u{a0}: les messages portent les deux signatures."
    }
    /// One of three values.
    auto => { en "As the endpoint needs it", fr "Selon le point de terminaison" }
    /// One of two values.
    on => { en "Yes", fr "Oui" }
    /// One of two values.
    off => { en "No", fr "Non" }
}

/// The label of a type's field; one that is not known keeps the name that its connector gives it.
pub fn field_label(language: Language, key: &str) -> String {
    let label = match key {
        "path" => path(language),
        "host" => host(language),
        "port" => port(language),
        "username" => username(language),
        "folder" => folder(language),
        "host_key" => host_key(language),
        "password" => password(language),
        "private_key" => private_key(language),
        "passphrase" => passphrase(language),
        "bucket" => bucket(language),
        "region" => region(language),
        "endpoint" => endpoint(language),
        "prefix" => prefix(language),
        "path_style" => path_style(language),
        "conditional_writes" => conditional_writes(language),
        "access_key_id" => access_key_id(language),
        "secret_access_key" => secret_access_key(language),
        "session_token" => session_token(language),
        "account" => account(language),
        "container" => container(language),
        "account_key" => account_key(language),
        "sas_token" => sas_token(language),
        "url" => url(language),
        "rows_per_message" => rows_per_message(language),
        "max_bytes" => max_bytes(language),
        "signing_secret" => signing_secret(language),
        "signing_secret_old" => signing_secret_old(language),
        other => other,
    };
    label.to_owned()
}

/// What to know about a type's field before filling it in.
pub fn field_help(language: Language, kind: ConnectionType, key: &str) -> Option<&'static str> {
    Some(match (key, kind) {
        ("path", _) => path_help(language),
        ("host", _) => host_help(language),
        ("folder", _) => folder_help(language),
        ("host_key", _) => host_key_help(language),
        ("private_key", _) => private_key_help(language),
        ("endpoint", ConnectionType::S3) => endpoint_s3_help(language),
        ("endpoint", _) => endpoint_azure_help(language),
        ("prefix", _) => prefix_help(language),
        ("path_style", _) => path_style_help(language),
        ("conditional_writes", _) => conditional_writes_help(language),
        ("sas_token", _) => sas_token_help(language),
        ("url", _) => url_help(language),
        ("signing_secret", _) => signing_secret_help(language),
        ("signing_secret_old", _) => signing_secret_old_help(language),
        _ => return None,
    })
}

/// A value that a field offers; one that is a name of its own stays as it is.
pub fn choice_label(language: Language, value: &str) -> String {
    match value {
        "auto" => auto(language).to_owned(),
        "on" => on(language).to_owned(),
        "off" => off(language).to_owned(),
        other => other.to_owned(),
    }
}
