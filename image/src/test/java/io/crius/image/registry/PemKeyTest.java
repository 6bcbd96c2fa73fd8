package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PemKeyTest {
    private static String openssl(String... arguments) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl makes the keys of this test");
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    @Test
    void readsTheFormsThatOpensslWrites() throws Exception {
        assertThat(PemKey.parse(openssl("genpkey", "-algorithm", "ED25519")).getAlgorithm())
                .isEqualTo("EdDSA");
        assertThat(PemKey.parse(openssl("genrsa", "2048")).getAlgorithm()).isEqualTo("RSA");
        assertThat(PemKey.parse(openssl("genrsa", "-traditional", "2048")).getAlgorithm())
                .isEqualTo("RSA");
        assertThat(PemKey.parse(openssl("ecparam", "-name", "prime256v1", "-genkey"))
                        .getAlgorithm())
                .isEqualTo("EC");
        assertThat(PemKey.parse(openssl("ecparam", "-name", "secp521r1", "-genkey"))
                        .getAlgorithm())
                .isEqualTo("EC");
    }

    @Test
    void refusesWhatIsNoKey() {
        assertThatThrownBy(() -> PemKey.parse("nothing")).hasMessageContaining("no unencrypted private key");
        assertThatThrownBy(() -> PemKey.parse("-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----"))
                .hasMessageContaining("EC private key");
        assertThatThrownBy(() -> PemKey.parse("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----"))
                .hasMessageContaining("neither RSA, EC nor EdDSA");
    }
}
