package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.fixture.TestImage;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class LayerKeyTest {
    private static final byte[] KEY = TestImage.noise(1, 32);

    /** The counter goes over all its bytes within the test's blob. */
    private static final byte[] NONCE = HexFormat.of().parseHex("fffffffffffffffffffffffffffffffe");

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String secret(byte[] key, byte[] nonce) {
        return "{\"symkey\":\"" + base64(key) + "\",\"digest\":\"sha256:ab\",\"cipheroptions\":{\"nonce\":\""
                + base64(nonce) + "\"}}";
    }

    private static String open(byte[] code) {
        return "{\"cipher\":\"AES_256_CTR_HMAC_SHA256\",\"hmac\":\"" + base64(code) + "\",\"cipheroptions\":{}}";
    }

    private static LayerKey parse(String secret, String open) {
        return LayerKey.parse(secret.getBytes(UTF_8), open.getBytes(UTF_8));
    }

    private static byte[] encrypted(byte[] plain) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new IvParameterSpec(NONCE));
        return cipher.doFinal(plain);
    }

    private static LayerKey keyOf(byte[] blob) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return parse(secret(KEY, NONCE), open(mac.doFinal(blob)));
    }

    /** Gives one to nine bytes at a time. */
    private static InputStream bitByBit(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            private int turn;

            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + turn++ % 9));
            }
        };
    }

    @Test
    void aBlobIsDecryptedWhileItIsRead() throws Exception {
        for (int size : new int[] {0, 1, 15, 16, 17, 70_001}) {
            byte[] plain = TestImage.noise(size, size);
            byte[] blob = encrypted(plain);
            for (InputStream in : new InputStream[] {new ByteArrayInputStream(blob), bitByBit(blob)}) {
                DecryptedBlob decrypted = keyOf(blob).decrypt(in);
                assertThat(decrypted.readAllBytes()).isEqualTo(plain);
                assertThat(decrypted.read()).isEqualTo(-1);
                assertThat(decrypted.digest()).isEqualTo(Digest.sha256Of(plain));
                assertThat(decrypted.size()).isEqualTo(size);
            }
        }
    }

    @Test
    void aBlobThatWasChangedNeverEnds() throws Exception {
        byte[] blob = encrypted(TestImage.noise(3, 5000));
        LayerKey key = keyOf(blob);
        byte[] changed = blob.clone();
        changed[4999] ^= 1;
        byte[] longer = Arrays.copyOf(blob, 5001);
        for (byte[] other : new byte[][] {changed, longer, Arrays.copyOf(blob, 4999), {}}) {
            DecryptedBlob decrypted = key.decrypt(new ByteArrayInputStream(other));
            assertThatThrownBy(decrypted::drain)
                    .isInstanceOf(CriusException.DataLoss.class)
                    .hasMessageContaining("does not have the HMAC that its annotations say");
            assertThatThrownBy(decrypted::digest).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aKeyThatIsNotWholeIsRefusedWithoutShowingIt() {
        String whole = secret(KEY, NONCE);
        String shown = open(new byte[32]);
        assertThatThrownBy(() -> parse(whole, "{}"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("cipher \"\" is not known; only AES_256_CTR_HMAC_SHA256 is");
        assertThatThrownBy(() -> parse(whole, open(new byte[0]))).hasMessage("\"hmac\" has 0 bytes, not 32");
        assertThatThrownBy(() -> parse(secret(new byte[16], NONCE), shown))
                .hasMessage("\"symkey\" has 16 bytes, not 32");
        assertThatThrownBy(() -> parse(secret(KEY, new byte[12]), shown)).hasMessage("\"nonce\" has 12 bytes, not 16");
        assertThatThrownBy(() -> parse("{\"symkey\":[\"geheim\"]}", shown))
                .hasMessage("what is wrapped for the key is no key of a layer");
        assertThatThrownBy(() -> parse("geheim", shown))
                .hasMessage("what is wrapped for the key is no key of a layer")
                .hasNoCause();
    }

    @Test
    void keysAreEqualOnlyForTheSameBlob() throws IOException, GeneralSecurityException {
        byte[] blob = encrypted(TestImage.noise(1, 10));
        assertThat(keyOf(blob)).isEqualTo(keyOf(blob)).hasSameHashCodeAs(keyOf(blob));
        assertThat(keyOf(blob)).isNotEqualTo(keyOf(encrypted(TestImage.noise(2, 10))));
        assertThat(parse(secret(KEY, NONCE), open(new byte[32])))
                .isNotEqualTo(parse(secret(NONCE.length == 16 ? new byte[32] : KEY, NONCE), open(new byte[32])));
        assertThat(keyOf(blob).toString()).isEqualTo("key of a layer");
    }
}
