package io.crius.image.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCredentialsTest {
    // user1:pass1 and so on
    private static final String ONE = "dXNlcjE6cGFzczE=";
    private static final String TWO = "dXNlcjI6cGFzczI=";
    private static final String THREE = "dXNlcjM6cGFzczM=";

    @TempDir
    Path folder;

    private Credentials find(String image, List<Path> files) {
        return find(image, files, List.of(NodeCredentials.FILES));
    }

    private Credentials find(String image, List<Path> files, List<String> sources) {
        var helper = new CredentialHelper(Map.of("PATH", folder + ":/usr/bin:/bin"));
        return new NodeCredentials(files, () -> sources, helper).find(ImageReference.parse(image));
    }

    private Path file(String name, String json) throws IOException {
        return Files.writeString(folder.resolve(name), json);
    }

    private void helper(String name, String script) throws IOException {
        Path program = file("docker-credential-" + name, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theMostSpecificKeyWins() throws IOException {
        Path file = file("auth.json", """
                {"auths":{"r.example":{"auth":"%s"},"r.example/team":{"auth":"%s"},"r.example/team/app":{"auth":"%s"}}}
                """.formatted(ONE, TWO, THREE));
        assertThat(find("r.example/team/app:1", List.of(file))).hasToString("user user3");
        assertThat(find("r.example/team/other", List.of(file))).hasToString("user user2");
        assertThat(find("r.example/apps", List.of(file))).hasToString("user user1");
        assertThat(find("other.example/team/app", List.of(file))).isEqualTo(Credentials.NONE);
    }

    @Test
    void dockersSpellingsOfItsHubAreOne() throws IOException {
        Path file = file("config.json", "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" + ONE + "\"}}}");
        assertThat(find("busybox", List.of(file))).hasToString("user user1");
        assertThat(find("index.docker.io/library/busybox", List.of(file))).hasToString("user user1");
    }

    @Test
    void aRepositoryKeyIsNoHostKey() throws IOException {
        Path file = file("auth.json", "{\"auths\":{\"r.example/team\":{\"auth\":\"" + ONE + "\"}}}");
        assertThat(find("r.example/other/app", List.of(file))).isEqualTo(Credentials.NONE);
    }

    @Test
    void filesAreAskedInOrderAndMissingOnesSkipped() throws IOException {
        Path first = file("a.json", "{\"auths\":{\"a.example\":{\"auth\":\"" + ONE + "\"}}}");
        Path second = file(
                ".dockercfg", "{\"a.example\":{\"auth\":\"" + TWO + "\"},\"b.example\":{\"auth\":\"" + TWO + "\"}}");
        List<Path> files = List.of(folder.resolve("missing"), first, second);
        assertThat(find("a.example/x", files)).hasToString("user user1");
        assertThat(find("b.example/x", files)).hasToString("user user2");
    }

    @Test
    void anIdentityTokenWinsOverThePair() throws IOException {
        Path file = file("auth.json", """
                {"auths":{"r.example":{"auth":"%s","identitytoken":"t"}}}""".formatted(ONE));
        assertThat(find("r.example/x", List.of(file))).isEqualTo(new Credentials.IdentityToken("t"));
    }

    @Test
    void aHelperNamedInAFileIsAskedForItsRegistry() throws IOException {
        helper("safe", """
                read server
                [ "$server" = r.example ] || exit 3
                echo '{"ServerURL":"r.example","Username":"from","Secret":"helper"}'
                """);
        Path file = file("auth.json", "{\"credHelpers\":{\"r.example\":\"safe\"}}");
        assertThat(find("r.example/x", List.of(file))).isEqualTo(new Credentials.UserPassword("from", "helper"));
    }

    @Test
    void aHelperThatKnowsNothingIsNoError() throws IOException {
        helper("empty", "echo 'credentials not found in native keychain'; exit 1");
        assertThat(find("r.example/x", List.of(), List.of("empty"))).isEqualTo(Credentials.NONE);
    }

    @Test
    void aHelpersTokenIsAnIdentityToken() throws IOException {
        helper("tokens", "echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
        assertThat(find("r.example/x", List.of(), List.of("tokens"))).isEqualTo(new Credentials.IdentityToken("t"));
    }

    @Test
    void aBrokenHelperMattersOnlyWhereNobodyElseKnows() throws IOException {
        helper("broken", "echo secret; exit 7");
        Path file = file("auth.json", "{\"auths\":{\"r.example\":{\"auth\":\"" + ONE + "\"}}}");
        List<String> sources = List.of("broken", NodeCredentials.FILES);
        assertThat(find("r.example/x", List.of(file), sources)).hasToString("user user1");
        assertThatThrownBy(() -> find("other.example/x", List.of(file), sources))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("credentials for other.example/x: credential helper docker-credential-broken: exit code 7");
    }

    @Test
    void aFileThatIsNotJsonIsNamed() throws IOException {
        Path file = file("auth.json", "{");
        assertThatThrownBy(() -> find("r.example/x", List.of(file)))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void theConfiguredFileIsTheOnlyOne() {
        assertThat(NodeCredentials.files(Optional.of(Path.of("/x")), Map.of())).containsExactly(Path.of("/x"));
        assertThat(NodeCredentials.files(Optional.empty(), Map.of("HOME", "/h")))
                .containsExactly(
                        Path.of("/run/containers/0/auth.json"),
                        Path.of("/h/.config/containers/auth.json"),
                        Path.of("/h/.docker/config.json"),
                        Path.of("/h/.dockercfg"));
    }
}
