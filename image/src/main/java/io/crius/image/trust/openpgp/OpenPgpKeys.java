package io.crius.image.trust.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crius.image.trust.policy.KeyMaterial;
import io.crius.image.trust.signature.RejectedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/** Public keys that are trusted as they are: with the primary keys also the subkeys that they certify. Immutable. */
public final class OpenPgpKeys {
    private static final String ARMOR = "-----BEGIN PGP ";

    /** @param primary the key that certifies {@code key}, or the same */
    record Key(PGPPublicKey primary, PGPPublicKey key) {}

    private final List<Key> keys;

    private OpenPgpKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Reads key files, each binary or armored, with one key or several. */
    public static OpenPgpKeys read(List<KeyMaterial> files) throws RejectedException {
        List<Key> keys = new ArrayList<>();
        for (KeyMaterial file : files) {
            int before = keys.size();
            try {
                for (byte[] block : blocks(file.content())) {
                    addRings(block, keys);
                }
            } catch (IOException | RuntimeException e) {
                throw new RejectedException("key file " + file + " cannot be read: " + e.getMessage(), e);
            }
            if (keys.size() == before) {
                throw new RejectedException("key file " + file + " has no public OpenPGP key");
            }
        }
        return new OpenPgpKeys(keys);
    }

    /** Several armored keys may stand in one file. */
    private static List<byte[]> blocks(byte[] content) {
        String text = new String(content, ISO_8859_1);
        int at = text.indexOf(ARMOR);
        if (at < 0) {
            return List.of(content);
        }
        List<byte[]> blocks = new ArrayList<>();
        while (at >= 0) {
            int next = text.indexOf(ARMOR, at + 1);
            blocks.add(Arrays.copyOfRange(content, at, next < 0 ? content.length : next));
            at = next;
        }
        return blocks;
    }

    private static void addRings(byte[] block, List<Key> keys) throws IOException {
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(block))) {
            var objects = new BcPGPObjectFactory(in);
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                if (next instanceof PGPPublicKeyRing ring) {
                    addRing(ring, keys);
                }
            }
        }
    }

    private static void addRing(PGPPublicKeyRing ring, List<Key> keys) {
        PGPPublicKey primary = ring.getPublicKey();
        for (Iterator<PGPPublicKey> all = ring.getPublicKeys(); all.hasNext(); ) {
            keys.add(new Key(primary, all.next()));
        }
    }

    /** The keys with that id that may sign now; where there are none, the reason of the last one that may not. */
    List<PGPPublicKey> signers(long id, Instant now) throws RejectedException {
        List<PGPPublicKey> good = new ArrayList<>();
        String reason = "it is signed by key " + hex(id) + ", which is not one of the policy's keys";
        for (Key key : keys) {
            if (key.key.getKeyID() == id) {
                String fault = fault(key, now);
                if (fault.isEmpty()) {
                    good.add(key.key);
                } else {
                    reason = "it is signed by key " + hex(id) + ", which " + fault;
                }
            }
        }
        if (good.isEmpty()) {
            throw new RejectedException(reason);
        }
        return good;
    }

    private static String hex(long id) {
        return "%016X".formatted(id);
    }

    private static String fault(Key key, Instant now) {
        boolean subkey = key.key.getKeyID() != key.primary.getKeyID();
        if (key.key.hasRevocation() || key.primary.hasRevocation()) {
            return "is revoked";
        }
        if (isExpired(key.key, now) || isExpired(key.primary, now)) {
            return "has expired";
        }
        if (subkey && !isBound(key)) {
            return "is not certified by its primary key";
        }
        return maySign(key, subkey) ? "" : "is not for signing";
    }

    private static boolean isExpired(PGPPublicKey key, Instant now) {
        long seconds = key.getValidSeconds();
        return seconds > 0
                && key.getCreationTime().toInstant().plusSeconds(seconds).isBefore(now);
    }

    private static boolean isBound(Key key) {
        return signatures(key.key, PGPSignature.SUBKEY_BINDING).stream().anyMatch(binding -> isBinding(binding, key));
    }

    private static boolean isBinding(PGPSignature binding, Key key) {
        try {
            binding.init(new BcPGPContentVerifierBuilderProvider(), key.primary);
            return binding.verifyCertification(key.primary, key.key);
        } catch (PGPException | RuntimeException _) {
            return false;
        }
    }

    /** Spec: RFC 9580, 5.2.3.29: a primary key without flags may do everything, a subkey needs the flag. */
    private static boolean maySign(Key key, boolean subkey) {
        List<Integer> flags = new ArrayList<>();
        for (Iterator<PGPSignature> all = key.key.getSignatures(); all.hasNext(); ) {
            PGPSignature signature = all.next();
            if (signature.getKeyID() == key.primary.getKeyID()
                    && signature.getHashedSubPackets() != null
                    && signature.getHashedSubPackets().hasSubpacket(27)) {
                flags.add(signature.getHashedSubPackets().getKeyFlags());
            }
        }
        return flags.isEmpty() ? !subkey : flags.stream().anyMatch(flag -> (flag & KeyFlags.SIGN_DATA) != 0);
    }

    private static List<PGPSignature> signatures(PGPPublicKey key, int type) {
        List<PGPSignature> found = new ArrayList<>();
        key.getSignaturesOfType(type).forEachRemaining(found::add);
        return found;
    }
}
