package io.crius.image.registries;

/** How far a registry has to prove itself. */
public enum Tls {
    /** TLS with a certificate that is trusted. */
    VERIFIED,
    /** {@code insecure = true}: TLS without looking at the certificate, and plain HTTP where there is no TLS. */
    OPTIONAL
}
