package io.crius.image.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespacedCredentialsTest {
    private static final ImageReference APP = ImageReference.parse("r.example/team/app:1");
    private static final Credentials NODE = new Credentials.UserPassword("node", "x");

    @TempDir
    Path folder;

    private NamespacedCredentials open() {
        return NamespacedCredentials.open(folder, new CredentialHelper(Map.of()), _ -> NODE);
    }

    private Path file(String namespace, ImageReference image) {
        return folder.resolve(namespace + "-"
                + Digest.sha256Of(image.repository().getBytes(UTF_8)).hex() + ".json");
    }

    private void put(String namespace, String host, String pair) throws IOException {
        Files.writeString(
                file(namespace, APP),
                "{\"auths\":{\"" + host + "\":{\"auth\":\""
                        + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)) + "\"}}}");
    }

    private Credentials leased(String namespace) {
        try (CredentialSource.Lease lease = open().lease(namespace, APP)) {
            return lease.credentials().find(APP);
        }
    }

    @Test
    void theFileOfTheNamespaceIsUsedOnceAndBeforeTheNodes() throws IOException {
        put("team-a", "r.example", "nina:pass");
        assertThat(leased("team-b")).isEqualTo(NODE);
        assertThat(leased("")).isEqualTo(NODE);
        try (CredentialSource.Lease lease = open().lease("team-a", APP)) {
            assertThat(lease.credentials().find(APP)).isEqualTo(new Credentials.UserPassword("nina", "pass"));
            assertThat(lease.credentials().origin()).isEqualTo("namespace team-a was given");
            assertThat(file("team-a", APP)).doesNotExist();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("in-use"))))
                    .isEqualTo("rwx------");
        }
        assertThat(folder.resolve("in-use")).isEmptyDirectory();
        assertThat(leased("team-a")).isEqualTo(NODE);
    }

    @Test
    void whatItDoesNotKnowIsAskedAnonymouslyNotAsTheNode() throws IOException {
        put("team-a", "other.example", "nina:pass");
        assertThat(leased("team-a")).isEqualTo(Credentials.NONE);
    }

    @Test
    void aMalformedFileIsRefusedAndDeleted() throws IOException {
        Files.writeString(file("team-a", APP), "{ secret");
        assertThatThrownBy(() -> leased("team-a"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("credentials for r.example/team/app")
                .hasMessageContaining("team-a-");
        assertThat(folder.resolve("in-use")).isEmptyDirectory();
    }

    @Test
    void aNamespaceThatIsNoneDoesNotLeadElsewhere() {
        assertThat(leased("../team-a")).isEqualTo(NODE);
        assertThat(leased("Team")).isEqualTo(NODE);
    }

    @Test
    void whatAPullLeftThatDiedIsDeletedAtTheNextStart() throws IOException {
        Path left = Files.createDirectories(folder.resolve("in-use")).resolve("team-a-1.json");
        Files.writeString(left, "secret");
        open();
        assertThat(left).doesNotExist();
    }
}
