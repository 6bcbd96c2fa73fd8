package io.crius.image.trust.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturePlacesTest {
    @TempDir
    Path folder;

    private SignaturePlaces read(String... files) throws IOException {
        for (int i = 0; i < files.length; i++) {
            Files.writeString(folder.resolve(i + ".yaml"), files[i]);
        }
        return SignaturePlaces.read(folder);
    }

    private static ImageReference image(String name) {
        return ImageReference.parse(name);
    }

    @Test
    void eachFieldIsThatOfTheMostSpecificScopeThatHasIt() throws IOException {
        SignaturePlaces places = read("""
                default-docker:
                  lookaside: https://all.example/s
                """, """
                docker:
                  q.io:
                    sigstore: file:///old
                    use-sigstore-attachments: true
                    lookaside-staging: file:///ignored
                  q.io/team/app:
                    lookaside: http://q.example/app
                  "*.example.com":
                    use-sigstore-attachments: yes
                  q.io/none:
                """);
        assertThat(places.lookaside(image("q.io/team/app:1"))).isEqualTo(URI.create("http://q.example/app"));
        assertThat(places.hasAttachments(image("q.io/team/app:1"))).isTrue();
        assertThat(places.lookaside(image("q.io/none:1"))).isEqualTo(URI.create("file:///old"));
        assertThat(places.lookaside(image("busybox"))).isEqualTo(URI.create("https://all.example/s"));
        assertThat(places.hasAttachments(image("busybox"))).isFalse();
        assertThat(places.hasAttachments(image("a.example.com:5000/x"))).isTrue();
    }

    @Test
    void withoutAnythingTheMachinesFolderIsMeant() throws IOException {
        assertThat(SignaturePlaces.read(folder.resolve("missing")).lookaside(image("busybox")))
                .isEqualTo(URI.create("file:///var/lib/containers/sigstore"));
        assertThat(read("# nothing\n").lookaside(image("busybox")))
                .isEqualTo(URI.create("file:///var/lib/containers/sigstore"));
    }

    @Test
    void twoFilesMayNotSpeakOfTheSameScope() {
        assertThatThrownBy(() -> read("docker: {q.io: {}}", "docker: {q.io: {}}"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("1.yaml: \"q.io\" is already defined in " + folder.resolve("0.yaml"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "docker: [a]| docker: is not a mapping",
                "docker: {a: {lookaside: 'ftp://x'}}| docker: a: lookaside \"ftp://x\" is not a file:, http: or https: URL",
                "docker: {a: {lookaside: 'file:///x/%00'}}| docker: a: lookaside \"file:///x/%00\" is not a file:, http: or https: URL",
                "docker: {a: {use-sigstore-attachments: maybe}}| is neither true nor false",
                "docker: {a: {}, a: {}}| duplicate key",
                "docker: {a: &x {}, b: *y}| y",
                "{{{| expected",
            })
    void aFileThatCannotBeUnderstoodIsNamed(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith(folder.resolve("0.yaml").toString())
                .hasMessageContaining(message.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void aFileThatNestsWithoutEndIsRefused(String piece) {
        assertThatThrownBy(() -> read(piece.repeat(10_000)))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is nested deeper than 20 levels");
    }
}
