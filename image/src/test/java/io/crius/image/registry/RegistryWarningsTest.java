package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class RegistryWarningsTest {
    @Test
    void onlyWarningsForPeopleAreRead() {
        assertThat(RegistryWarnings.text("299 - \"this tag goes away\"")).contains("this tag goes away");
        assertThat(RegistryWarnings.text("299 - \"a \\\"b\\\" \\\\ c\"")).contains("a \"b\" \\ c");
        assertThat(RegistryWarnings.text("299 - \"one\ntwo\"")).contains("one two");
        assertThat(RegistryWarnings.text("299 - \"\"")).contains("");
        for (String other :
                List.of("", "299 - ", "299 - \"", "199 - \"x\"", "299 host \"x\"", "299 - \"x\" \"date\"", "299 - x")) {
            assertThat(RegistryWarnings.text(other)).as(other).isEmpty();
        }
    }

    @Test
    void eachIsToldOnceAndNotWithoutEnd() {
        List<String> lines = new ArrayList<>();
        var logger = Logger.getLogger(RegistryWarnings.class.getName());
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            var warnings = new RegistryWarnings();
            warnings.tell("r.example", List.of("299 - \"old\"", "299 - \"old\""));
            warnings.tell("r.example", List.of("299 - \"old\""));
            assertThat(lines).containsExactly("registry r.example: old");
            for (int i = 0; i < 1000; i++) {
                warnings.tell("r.example", List.of("299 - \"" + i + "\""));
            }
            assertThat(lines).hasSize(200);
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }
}
