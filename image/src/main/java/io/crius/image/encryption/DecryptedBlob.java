package io.crius.image.encryption;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A blob while it is decrypted. Its end is reached only if nobody changed it; what was read before is to be thrown away
 * otherwise. One thread; takes no memory of its own.
 */
public final class DecryptedBlob extends InputStream {
    private final InputStream encrypted;
    private final Cipher cipher;
    private final Mac mac;
    private final byte[] code;
    private final MessageDigest hash;
    private long size;
    private @Nullable Digest digest;

    DecryptedBlob(InputStream encrypted, Cipher cipher, Mac mac, byte[] code) throws NoSuchAlgorithmException {
        this.encrypted = encrypted;
        this.cipher = cipher;
        this.mac = mac;
        this.code = code;
        this.hash = MessageDigest.getInstance("SHA-256");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws CriusException.DataLoss at the end, if the blob is not the one that was encrypted */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (digest != null) {
            return -1;
        }
        int count = encrypted.read(target, offset, length);
        if (count < 0) {
            verify();
            return -1;
        }
        mac.update(target, offset, count);
        decrypt(target, offset, count);
        hash.update(target, offset, count);
        size += count;
        return count;
    }

    /** Counter mode gives a byte for each byte. */
    private void decrypt(byte[] bytes, int offset, int count) throws IOException {
        try {
            int done = cipher.update(bytes, offset, count, bytes, offset);
            if (done != count) {
                throw new IOException("the cipher gave " + done + " bytes for " + count);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("decrypt: " + e.getMessage(), e);
        }
    }

    private void verify() {
        if (!MessageDigest.isEqual(mac.doFinal(), code)) {
            throw new CriusException.DataLoss("the encrypted layer does not have the HMAC that its annotations say:"
                    + " it, or they, were changed after it was encrypted");
        }
        digest = Digest.sha256(hash.digest());
    }

    /** Reads on to the end, where the blob is checked. */
    public void drain() throws IOException {
        byte[] buffer = new byte[64 << 10];
        while (read(buffer, 0, buffer.length) >= 0) {
            // Only the check at the end matters.
        }
    }

    /** Of what was decrypted, once the end was reached. */
    public Digest digest() {
        if (digest == null) {
            throw new IllegalStateException("the blob has not been read to its end");
        }
        return digest;
    }

    /** Of what was decrypted so far, in bytes. */
    public long size() {
        return size;
    }
}
