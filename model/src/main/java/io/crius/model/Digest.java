package io.crius.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A content digest as registries and stores write it: {@code sha256:} and 64 lower-case hex digits.
 *
 * <p>Spec: OCI image-spec, descriptor, "Digests". sha256 and sha512 are known; other algorithms are refused, since
 * nothing could check them.
 */
public record Digest(String algorithm, String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

    public Digest {
        int length = switch (algorithm) {
            case "sha256" -> 64;
            case "sha512" -> 128;
            default ->
                throw new CriusException.InvalidArgument(
                        "digest algorithm \"" + algorithm + "\" is not supported (sha256 and sha512 are)");
        };
        if (hex.length() != length || !HEX.matcher(hex).matches()) {
            throw new CriusException.InvalidArgument("invalid " + algorithm + " digest \"" + hex + "\": " + length
                    + " lower-case hex digits are needed");
        }
    }

    /** Parses {@code algorithm:hex}. */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new CriusException.InvalidArgument("invalid digest \"" + text + "\": no algorithm");
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The sha256 digest whose 32 bytes are given. */
    public static Digest sha256(byte[] hash) {
        return new Digest("sha256", HexFormat.of().formatHex(hash));
    }

    /** The sha256 digest of that content. */
    public static Digest sha256Of(byte[] content) {
        try {
            return sha256(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The name of the algorithm for {@link java.security.MessageDigest}. */
    public String javaAlgorithm() {
        return algorithm.toUpperCase(Locale.ROOT).replace("SHA", "SHA-");
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
