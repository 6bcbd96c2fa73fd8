package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.server.state.RequestedDevice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeviceEntryTest {
    @Test
    void aDeviceIsSpeltWithWhatItNeeds() {
        assertThat(Stream.of("/dev/a", "/dev/a:r", " /dev/a:/dev/b", "/dev/a:/dev/b:rw")
                        .map(entry -> DeviceEntry.parse(entry, "test")))
                .containsExactly(
                        new RequestedDevice("/dev/a", "/dev/a", "rwm"),
                        new RequestedDevice("/dev/a", "/dev/a", "r"),
                        new RequestedDevice("/dev/a", "/dev/b", "rwm"),
                        new RequestedDevice("/dev/a", "/dev/b", "rw"));
        for (String wrong : List.of("", "null", "/tmp/a", "/dev/a:x", "/dev/a:r:/dev/b", "/dev/a:/dev/b:r:w")) {
            assertThatThrownBy(() -> DeviceEntry.parse(wrong, "additional_devices"))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessage(
                            "additional_devices: expected \"/dev/host:/dev/container:rwm\", found \"" + wrong + "\"");
        }
    }
}
