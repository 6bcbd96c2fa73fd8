package io.crius.config;

/** The oldest version of TLS that is spoken. */
public enum TlsVersion {
    TLS12("VersionTLS12"),
    TLS13("VersionTLS13");

    private final String word;

    TlsVersion(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
