package io.crius.storage.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import io.crius.storage.overlay.OverlayOptions.Durability;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverlayOptionsTest {
    private final OverlayOptions options = new OverlayOptions(List.of("nodev"), Durability.SYNCED);

    @Test
    void aLabelIsQuotedForTheCommasInIt() throws IOException {
        String context = "context=\"system_u:object_r:container_file_t:s0:c1,c2\"";
        assertThat(options.forReading("system_u:object_r:container_file_t:s0:c1,c2"))
                .containsExactly("nodev", context);
        assertThat(options.forWriting(Linux.real(), "system_u:object_r:container_file_t:s0:c1,c2"))
                .containsExactly("nodev", context);
    }

    @Test
    void withoutALabelFilesKeepTheirOwn() {
        assertThat(options.forReading("")).containsExactly("nodev");
    }
}
