package io.crius.image.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crius.fuzz.Target;
import java.util.List;

/** What registries ask for in WWW-Authenticate. */
public final class ChallengeTarget implements Target {
    @Override
    public String name() {
        return "challenge";
    }

    @Override
    public void parse(byte[] input) {
        Challenge.choose(List.of(new String(input, ISO_8859_1))).ifPresent(chosen -> {
            chosen.parameter("realm");
            chosen.parameter("scope");
        });
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts(
                "Bearer realm=\"https://a.example/token\",service=\"r\",scope=\"repository:a:pull\",error=\"insufficient_scope\"",
                "Basic realm=x",
                "Digest a=\"\\\"\\\\\" , b");
    }

    @Override
    public List<String> words() {
        return List.of("\"", "\\", ",", "=", " ", "Bearer ", "Basic ", "realm=", "\t");
    }
}
