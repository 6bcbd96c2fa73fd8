package io.crius.image.encryption.envelope;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** That whole messages are opened, and by whom, is for EncryptedPullIT, where skopeo makes them. */
class CmsEnvelopeTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void whatWouldTakeAParsersStackIsRefusedBefore() {
        assertThatThrownBy(() -> CmsEnvelope.parse(hex("3080".repeat(100_000))))
                .isInstanceOf(IOException.class)
                .hasMessage("the CMS message has a length that is not said, or too large");
        String nested = "";
        for (int i = 0; i < 40; i++) {
            nested = "30%02x".formatted(nested.length() / 2) + nested;
        }
        String deep = nested;
        assertThatThrownBy(() -> CmsEnvelope.parse(hex(deep))).hasMessage("the CMS message has more than 32 levels");
    }

    @Test
    void whatIsNoEnvelopeIsRefusedWithAReason() {
        assertThatThrownBy(() -> CmsEnvelope.parse(new byte[0])).hasMessage("the CMS message is empty");
        assertThatThrownBy(() -> CmsEnvelope.parse(hex("3005"))).hasMessage("the CMS message is cut off");
        assertThatThrownBy(() -> CmsEnvelope.parse(hex("1f810100")))
                .hasMessage("the CMS message has a tag of several bytes");
        assertThatThrownBy(() -> CmsEnvelope.parse(hex("0500")))
                .hasMessageStartingWith("the CMS message cannot be read: ");
        // Plain data, which nobody has encrypted.
        assertThatThrownBy(() -> CmsEnvelope.parse(hex("300f06092a864886f70d010701a0020400")))
                .hasMessage("the CMS message is no EnvelopedData");
    }
}
