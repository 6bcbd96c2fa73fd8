package io.crius.streaming.tls;

import io.crius.model.CriusException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A certificate that nobody but its own key has signed, for a server whose administrator named files that are not there. It keeps
 * listeners out; who the server is it does not prove. Spec: RFC 5280.
 */
public final class SelfSignedCertificate {
    private static final Duration VALID = Duration.ofDays(3650);
    private static final int SERIAL_BITS = 127;
    private static final int LINE = 64;

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_ID = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    /** 1.2.840.10045.4.3.2 */
    private static final byte[] ECDSA_WITH_SHA256 = Der.element(
            Der.SEQUENCE, Der.element(OBJECT_ID, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2}));

    /** 2.5.4.3 */
    private static final byte[] COMMON_NAME = Der.element(OBJECT_ID, new byte[] {0x55, 4, 3});

    /** 2.5.29.17 */
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.element(OBJECT_ID, new byte[] {0x55, 0x1d, 0x11});

    private SelfSignedCertificate() {}

    /**
     * Makes both files where neither is there; the key is readable by its owner only.
     *
     * @param name by which clients call the server
     * @param addresses at which it is, as the network has them: 4 or 16 bytes each
     * @throws CriusException.Failed where they cannot be written
     */
    public static void makeIfMissing(Path certificate, Path key, String name, List<byte[]> addresses) {
        if (Files.exists(certificate) || Files.exists(key)) {
            return;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            write(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), "rw-------");
            write(certificate, pem("CERTIFICATE", certificate(pair, name, addresses)), "rw-r--r--");
        } catch (IOException | GeneralSecurityException e) {
            throw new CriusException.Failed("make the certificate " + certificate + ": " + e, e);
        }
    }

    private static byte[] certificate(KeyPair pair, String name, List<byte[]> addresses)
            throws GeneralSecurityException {
        byte[] signed = signed(pair, name, addresses);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed);
        return Der.element(
                Der.SEQUENCE, signed, ECDSA_WITH_SHA256, Der.element(BIT_STRING, new byte[1], signature.sign()));
    }

    private static byte[] signed(KeyPair pair, String name, List<byte[]> addresses) {
        Instant now = Instant.now();
        byte[] subject = Der.element(
                Der.SEQUENCE,
                Der.element(SET, Der.element(Der.SEQUENCE, COMMON_NAME, Der.element(UTF8_STRING, utf8(name)))));
        return Der.element(
                Der.SEQUENCE,
                Der.element(VERSION, Der.element(INTEGER, new byte[] {2})),
                Der.element(
                        INTEGER,
                        new BigInteger(SERIAL_BITS, new SecureRandom())
                                .setBit(0)
                                .toByteArray()),
                ECDSA_WITH_SHA256,
                subject,
                Der.element(Der.SEQUENCE, time(now.minus(Duration.ofHours(1))), time(now.plus(VALID))),
                subject,
                pair.getPublic().getEncoded(),
                Der.element(EXTENSIONS, Der.element(Der.SEQUENCE, names(name, addresses))));
    }

    private static byte[] names(String name, List<byte[]> addresses) {
        byte[][] all = new byte[addresses.size() + 1][];
        all[0] = Der.element(DNS_NAME, utf8(name));
        for (int i = 0; i < addresses.size(); i++) {
            all[i + 1] = Der.element(IP_ADDRESS, addresses.get(i));
        }
        return Der.element(
                Der.SEQUENCE, SUBJECT_ALTERNATIVE_NAME, Der.element(Der.OCTET_STRING, Der.element(Der.SEQUENCE, all)));
    }

    private static byte[] time(Instant instant) {
        return Der.element(
                GENERALIZED_TIME,
                utf8(DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(instant)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] pem(String kind, byte[] der) {
        String base64 = Base64.getMimeEncoder(LINE, utf8("\n")).encodeToString(der);
        return utf8("-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    /** Nobody sees half a file, and nobody but its owner a key. */
    private static void write(Path file, byte[] text, String mode) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Files.createDirectories(folder);
        Path beside = Files.createTempFile(folder, ".crius-", ".pem");
        Files.write(beside, text);
        Arrays.fill(text, (byte) 0);
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString(mode));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
