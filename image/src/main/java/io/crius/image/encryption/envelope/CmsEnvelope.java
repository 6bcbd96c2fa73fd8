package io.crius.image.encryption.envelope;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * An EnvelopedData of CMS (RFC 5652, once PKCS #7) for RSA keys, with AES in GCM inside, as ocicrypt makes it. Immutable.
 *
 * <p>Which key it is meant for is said by certificates; here every key is tried, so none is needed.
 */
public final class CmsEnvelope {
    private static final int MOST_RECIPIENTS = 64;
    private static final int DEFAULT_TAG_BYTES = 12;
    private static final int LONGEST_TAG_BYTES = 16;

    private static final Map<String, Integer> GCM_KEY_BYTES = Map.of(
            NISTObjectIdentifiers.id_aes128_GCM.getId(), 16,
            NISTObjectIdentifiers.id_aes192_GCM.getId(), 24,
            NISTObjectIdentifiers.id_aes256_GCM.getId(), 32);
    private final List<byte[]> encryptedKeys;
    private final AlgorithmIdentifier algorithm;
    private final byte[] content;

    private CmsEnvelope(List<byte[]> encryptedKeys, AlgorithmIdentifier algorithm, byte[] content) {
        this.encryptedKeys = List.copyOf(encryptedKeys);
        this.algorithm = algorithm;
        this.content = content;
    }

    /** Takes the message apart. */
    public static CmsEnvelope parse(byte[] message) throws IOException {
        try (var in = new ASN1InputStream(DerShape.checked(message))) {
            ASN1Primitive first = in.readObject();
            if (first == null) {
                throw new IOException("the CMS message is empty");
            }
            ContentInfo info = ContentInfo.getInstance(first);
            if (!CMSObjectIdentifiers.envelopedData.equals(info.getContentType())) {
                throw new IOException("the CMS message is no EnvelopedData");
            }
            EnvelopedData data = EnvelopedData.getInstance(info.getContent());
            EncryptedContentInfo encrypted = data.getEncryptedContentInfo();
            ASN1OctetString octets = encrypted.getEncryptedContent();
            if (octets == null) {
                throw new IOException("the CMS message has no content");
            }
            return new CmsEnvelope(keys(data), encrypted.getContentEncryptionAlgorithm(), octets.getOctets());
        } catch (RuntimeException e) {
            throw new IOException("the CMS message cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<byte[]> keys(EnvelopedData data) throws IOException {
        if (data.getRecipientInfos().size() > MOST_RECIPIENTS) {
            throw new IOException("the CMS message has more than " + MOST_RECIPIENTS + " recipients");
        }
        List<byte[]> keys = new ArrayList<>();
        for (ASN1Encodable one : data.getRecipientInfos()) {
            if (RecipientInfo.getInstance(one).getInfo() instanceof KeyTransRecipientInfo info
                    && PKCSObjectIdentifiers.rsaEncryption.equals(
                            info.getKeyEncryptionAlgorithm().getAlgorithm())) {
                keys.add(info.getEncryptedKey().getOctets());
            }
        }
        return keys;
    }

    /** How often a private key has to be used to find out whether it opens the message. */
    public int recipients() {
        return encryptedKeys.size();
    }

    /** The content; empty where the key does not open the message, or an algorithm is not known. */
    public Optional<byte[]> open(PrivateKey key) {
        for (byte[] encrypted : encryptedKeys) {
            try {
                Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
                rsa.init(Cipher.DECRYPT_MODE, key);
                return Optional.of(content(rsa.doFinal(encrypted)));
            } catch (GeneralSecurityException | RuntimeException _) {
                // Another key, or another recipient. Safety: why it failed is told to nobody.
            }
        }
        return Optional.empty();
    }

    private byte[] content(byte[] key) throws GeneralSecurityException {
        String id = algorithm.getAlgorithm().getId();
        if (!Integer.valueOf(key.length).equals(GCM_KEY_BYTES.get(id))) {
            throw new GeneralSecurityException("algorithm " + id + " is not known, or its key has another length");
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), gcmParameters());
        return cipher.doFinal(content);
    }

    /**
     * GCMParameters (RFC 5084, section 3.2): the nonce and the length of the tag in bytes. Compat: ocicrypt's library wraps the
     * sequence in another one, and marks the nonce as something of its own.
     */
    private GCMParameterSpec gcmParameters() throws GeneralSecurityException {
        ASN1Sequence sequence = ASN1Sequence.getInstance(algorithm.getParameters());
        if (sequence.size() == 1 && sequence.getObjectAt(0) instanceof ASN1Sequence inner) {
            sequence = inner;
        }
        ASN1OctetString nonce = sequence.getObjectAt(0) instanceof ASN1TaggedObject tagged
                ? ASN1OctetString.getInstance(tagged, false)
                : ASN1OctetString.getInstance(sequence.getObjectAt(0));
        int tag = sequence.size() < 2
                ? DEFAULT_TAG_BYTES
                : ASN1Integer.getInstance(sequence.getObjectAt(1)).intValueExact();
        if (tag < DEFAULT_TAG_BYTES || tag > LONGEST_TAG_BYTES) {
            throw new GeneralSecurityException("a tag of " + tag + " bytes");
        }
        return new GCMParameterSpec(tag * Byte.SIZE, nonce.getOctets());
    }
}
