package io.crius.image.registry;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob. Its end is reached only if they have the right number and digest; a broken connection is taken up
 * again where it broke.
 *
 * <p>One thread. Blocks: on the network; an interrupt ends a read with {@link CriusException.Cancelled} and the flag set.
 * Reading throws CriusExceptions only, as {@link RegistryClient} says.
 */
public final class BlobStream extends InputStream {
    private static final int ATTEMPTS = 5;
    private static final long PROGRESS = 1 << 20;

    private final Descriptor blob;
    private final BlobSource source;
    private final MessageDigest hash;
    private @Nullable Answer answer;
    private long count;
    private long countAtResume;
    private int attempts;
    private boolean complete;

    BlobStream(Descriptor blob, BlobSource source) {
        this.blob = blob;
        this.source = source;
        this.hash = hash(blob.digest());
        this.answer = begun();
    }

    /** The connection may break before the answer to the first request is here, and its headers be lost with it. */
    private Answer begun() {
        try {
            return source.from(0);
        } catch (IOException e) {
            return resumed(e);
        }
    }

    private static MessageDigest hash(Digest digest) {
        try {
            return MessageDigest.getInstance(digest.javaAlgorithm());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + digest.javaAlgorithm(), e);
        }
    }

    /** Bytes read so far. */
    public long count() {
        return count;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Some of what can be read without waiting; zero where reading may wait. */
    @Override
    public int available() {
        try {
            return answer == null ? 0 : answer.body().available();
        } catch (IOException _) {
            return 0;
        }
    }

    @Override
    public byte[] readAllBytes() {
        // The end is one byte further, so that it is looked for.
        byte[] all = new byte[Math.toIntExact(blob.size()) + 1];
        int end = 0;
        for (int read = 0; read >= 0; read = read(all, end, all.length - end)) {
            end += read;
        }
        return Arrays.copyOf(all, end);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        while (!complete) {
            int read = readOnce(target, offset, length);
            if (read > 0) {
                return read;
            }
        }
        return -1;
    }

    /** Zero where nothing came but reading goes on: at the end, and after a resume. */
    private int readOnce(byte[] target, int offset, int length) {
        try {
            int read = current().body().read(target, offset, length);
            if (read >= 0) {
                take(target, offset, read);
                return read;
            }
            if (count < blob.size()) {
                throw new IOException("the connection ended after " + count + " of " + blob.size() + " bytes");
            }
            verify();
        } catch (IOException e) {
            drop();
            if (count == blob.size()) {
                // Only the end of the answer is missing: there is nothing to ask for.
                verify();
            } else {
                answer = resumed(e);
            }
        }
        return 0;
    }

    private void take(byte[] target, int offset, int read) {
        count += read;
        if (count > blob.size()) {
            throw new CriusException.DataLoss(
                    source.doing() + ": size mismatch, more than the " + blob.size() + " bytes of the manifest came");
        }
        hash.update(target, offset, read);
    }

    private void verify() {
        complete = true;
        String actual = HexFormat.of().formatHex(hash.digest());
        if (!actual.equals(blob.digest().hex())) {
            throw new CriusException.DataLoss(source.doing() + ": Digest did not match, expected " + blob.digest()
                    + ", got " + blob.digest().algorithm() + ":" + actual);
        }
    }

    /** Goes on where the connection broke, a few times without progress and then no more. */
    private Answer resumed(IOException broken) {
        if (count - countAtResume >= PROGRESS) {
            attempts = 0;
        }
        while (BrokenConnection.mayMend(broken) && ++attempts <= ATTEMPTS) {
            try {
                source.pause(BrokenConnection.pause(attempts));
                Answer rest = source.from(count);
                countAtResume = count;
                return rest;
            } catch (CriusException.Unavailable | IOException e) {
                broken.addSuppressed(e);
            }
        }
        throw source.failure(broken);
    }

    private Answer current() throws IOException {
        if (answer == null) {
            throw new IOException("the stream is closed");
        }
        return answer;
    }

    private void drop() {
        if (answer != null) {
            answer.abandon();
            answer = null;
        }
    }

    /** Reads what is left and checks it: tells a damaged blob from a wrong one. */
    public void drain() {
        byte[] buffer = new byte[64 << 10];
        while (read(buffer, 0, buffer.length) >= 0) {
            // Only the check at the end matters.
        }
    }

    @Override
    public void close() {
        drop();
    }
}
