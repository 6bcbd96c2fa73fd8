package io.crius.runtime.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.KernelVersion;
import io.crius.oci.json.Json;
import org.junit.jupiter.api.Test;

final class RuntimeFeaturesTest {
    @Test
    void areReadFromWhatTheRuntimeSays() {
        assertThat(parse("""
                        {"ociVersionMin": "1.0.0", "ociVersionMax": "1.2.0", "mountOptions": ["ro", "rro"],
                         "linux": {"mountExtensions": {"idmap": {"enabled": true}}, "seccomp": {"enabled": true}}}""")).isEqualTo(new RuntimeFeatures(true, true, true));
    }

    @Test
    void areNotPromisedWhereTheyAreNotSaid() {
        assertThat(parse("{\"ociVersionMin\": \"1.0.0\", \"ociVersionMax\": \"1.2.0\", \"linux\": {}}"))
                .isEqualTo(new RuntimeFeatures(false, false, false));
    }

    @Test
    void areIgnoredWithoutTheVersionsOfTheSpecification() {
        assertThat(parse("{\"mountOptions\": [\"rro\"]}")).isEqualTo(RuntimeFeatures.UNTOLD);
    }

    @Test
    void anOldKernelTakesAwayWhatItCannotDo() {
        var all = new RuntimeFeatures(true, true, true);
        assertThat(all.on(new KernelVersion(5, 12))).isEqualTo(all);
        assertThat(all.on(new KernelVersion(5, 11))).isEqualTo(new RuntimeFeatures(false, false, true));
    }

    private static RuntimeFeatures parse(String json) {
        return RuntimeFeatures.parse(Json.parseObject(json, "features"));
    }
}
