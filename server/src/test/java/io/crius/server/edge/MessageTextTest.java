package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.crius.cri.v1.AuthConfig;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerStatusResponse;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.ExecResponse;
import io.crius.cri.v1.ExecSyncResponse;
import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.KeyValue;
import io.crius.cri.v1.ListImagesResponse;
import io.crius.cri.v1.PullImageRequest;
import io.crius.cri.v1.VersionRequest;
import org.junit.jupiter.api.Test;

class MessageTextTest {
    private static final String SECRET = "se}cret\n}";

    @Test
    void fieldsAreToldByName() {
        var request = CreateContainerRequest.newBuilder()
                .setPodSandboxId("abc")
                .setConfig(ContainerConfig.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage("busybox"))
                        .addCommand("sh")
                        .addCommand("-c")
                        .putLabels("app", "web {")
                        .setTty(true))
                .build();
        assertThat(MessageText.of(request))
                .contains("pod_sandbox_id: \"abc\"")
                .contains("image: {image: \"busybox\"}")
                .contains("command: \"sh\", command: \"-c\"")
                .contains("{key: \"app\", value: \"web {\"}")
                .contains("tty: true");
        assertThat(MessageText.of(VersionRequest.getDefaultInstance())).isEqualTo("{}");
    }

    @Test
    void secretsAreLeftOut() {
        var config = ContainerConfig.newBuilder()
                .addEnvs(KeyValue.newBuilder().setKey("TOKEN").setValue(ByteString.copyFromUtf8(SECRET)))
                .putAnnotations("last-applied", SECRET)
                .putLabels("after", "shown");
        var auth = AuthConfig.newBuilder().setUsername("somebody").setPassword(SECRET);
        assertThat(MessageText.of(
                        CreateContainerRequest.newBuilder().setConfig(config).build()))
                .doesNotContain("se}cret")
                .contains("key: \"TOKEN\", value: (left out)", "{key: \"last-applied\", value: (left out)}", "shown");
        assertThat(MessageText.of(PullImageRequest.newBuilder().setAuth(auth).build()))
                .isEqualTo("{auth: (left out)}");
        assertThat(MessageText.of(
                        ExecResponse.newBuilder().setUrl("http://x/" + SECRET).build()))
                .isEqualTo("{url: (left out)}");
        assertThat(MessageText.of(ExecSyncResponse.newBuilder()
                        .setStdout(ByteString.copyFromUtf8(SECRET))
                        .setExitCode(3)
                        .build()))
                .doesNotContain("se}cret")
                .contains("exit_code: 3");
        assertThat(MessageText.of(ContainerStatusResponse.newBuilder()
                        .putInfo("info", SECRET)
                        .build()))
                .isEqualTo("{info: {key: \"info\", value: (left out)}}");
    }

    @Test
    void whatThisVersionDoesNotKnowIsLeftOut() throws Exception {
        var newer = PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage("busybox"))
                .build();
        // A field 900 with a text, then one with a message.
        ByteString unknown = ByteString.copyFrom(new byte[] {(byte) 0xa2, 0x38, 2, 'h', 'i'});
        assertThat(MessageText.of(
                        PullImageRequest.parseFrom(newer.toByteString().concat(unknown))))
                .isEqualTo("{image: {image: \"busybox\"}}");
    }

    @Test
    void longListsAndLargeMessagesAreCut() {
        var images = ListImagesResponse.newBuilder();
        for (int i = 0; i < 50; i++) {
            images.addImages(Image.newBuilder().setId("image-" + i));
        }
        assertThat(MessageText.of(images.build()))
                .contains("{id: \"image-7\", size: 0}")
                .doesNotContain("image-8")
                .endsWith("images: and 42 more}");
        for (int i = 0; i < 5000; i++) {
            images.addImages(Image.newBuilder().setId("image-" + i));
        }
        assertThat(MessageText.of(images.build())).matches("\\{[0-9]+ bytes}");
    }
}
