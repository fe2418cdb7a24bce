//! What the types of destination are, in a sentence each.

use crate::domain::{ConnectionType, Publishing};
use crate::i18n::{Language, exports};

crate::messages! {
    /// A type.
    local_folder => {
        en "A folder that this server can write to: a disk, or a share mounted on it.",
        fr "Un dossier où ce serveur peut écrire\u{a0}: un disque, ou un partage monté."
    }
    /// A type.
    sftp => {
        en "A folder of an SFTP server, by password or private key. The server is known by its host key.",
        fr "Un dossier d’un serveur SFTP, par mot de passe ou clé privée. Le serveur est reconnu à sa clé d’hôte."
    }
    /// A type.
    s3 => {
        en "A bucket of Amazon S3, or of a store that speaks its protocol.",
        fr "Un compartiment Amazon S3, ou d’un service qui parle son protocole."
    }
    /// A type.
    azure_blob => {
        en "A container of Azure Blob Storage, by account key or shared access signature.",
        fr "Un conteneur Azure Blob Storage, par clé de compte ou signature d’accès partagé."
    }
    /// A type.
    adls_gen2 => {
        en "A container of a data lake, with a Common Data Model description beside the files.",
        fr "Un conteneur d’un lac de données, avec une description Common Data Model à côté des fichiers."
    }
    /// A type.
    webhook => {
        en "An address that takes rows by HTTP, in signed messages.",
        fr "Une adresse qui reçoit les lignes par HTTP, en messages signés."
    }
    /// How deliveries appear.
    atomic_per_run => { en "the whole delivery or none of it", fr "toute la livraison ou rien" }
    /// How deliveries appear.
    atomic_per_file => { en "each file whole, one after the other", fr "chaque fichier en entier, l’un après l’autre" }
    /// How deliveries appear.
    row_by_row => { en "rows as they arrive", fr "les lignes au fur et à mesure" }
}

/// The name of a type.
pub fn type_name(language: Language, kind: ConnectionType) -> &'static str {
    exports::connection_type(language, kind)
}

/// What a type is.
pub fn type_text(language: Language, kind: ConnectionType) -> &'static str {
    match kind {
        ConnectionType::LocalFolder => local_folder(language),
        ConnectionType::Sftp => sftp(language),
        ConnectionType::S3 => s3(language),
        ConnectionType::AzureBlob => azure_blob(language),
        ConnectionType::AdlsGen2 => adls_gen2(language),
        ConnectionType::Webhook => webhook(language),
    }
}

/// How deliveries of a type appear to whoever reads them.
pub fn publishing_name(language: Language, publishing: Publishing) -> &'static str {
    match publishing {
        Publishing::AtomicPerRun => atomic_per_run(language),
        Publishing::AtomicPerFile => atomic_per_file(language),
        Publishing::RowByRow => row_by_row(language),
    }
}
