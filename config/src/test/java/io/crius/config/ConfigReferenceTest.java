package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dcrius.write.docs=true} to write the page anew after a change to the tables. */
class ConfigReferenceTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void thePageOfAllOptionsIsUpToDate() throws IOException {
        if (Boolean.getBoolean("crius.write.docs")) {
            Files.writeString(PAGE, ConfigReference.markdown());
        }
        assertThat(PAGE).content().isEqualTo(ConfigReference.markdown());
    }
}
