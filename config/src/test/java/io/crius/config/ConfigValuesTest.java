package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigValuesTest {
    @Test
    void everyTableIsThereWithEveryOptionAsAFileWouldHaveIt() {
        Map<String, Map<String, Object>> values = ConfigValues.of(CriusConfig.defaults());
        assertThat(values)
                .containsKeys("crio", "crio.api", "crio.runtime", "crio.runtime.runtimes.crun", "crio.image", "crius");
        assertThat(values.get("crio.runtime"))
                .containsEntry("default_runtime", "crun")
                .containsEntry("drop_infra_ctr", true)
                .containsEntry("hooks_dir", List.of("/usr/share/containers/oci/hooks.d"));
        assertThat(values.get("crio.api")).containsEntry("grpc_max_send_msg_size", 83_886_080L);
        assertThat(values.get("crio.runtime.runtimes.crun")).containsEntry("default_annotations", Map.of());
    }
}
