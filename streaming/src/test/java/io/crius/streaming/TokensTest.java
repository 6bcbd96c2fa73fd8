package io.crius.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.streaming.protocol.StreamTask.ForwardTask;
import io.crius.streaming.session.PortTarget;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final ForwardTask TASK = new ForwardTask(List.of(80), new PortTarget() {
        @Override
        public SocketChannel connect(int port) throws IOException {
            throw new IOException("not wanted");
        }

        @Override
        public String pod() {
            return "pod";
        }
    });

    private final Tokens tokens = new Tokens();

    @Test
    void aTokenWorksOnce() {
        String token = tokens.issue("exec", TASK);
        assertThat(token).matches("[A-Za-z0-9_-]{24}");
        assertThat(tokens.redeem("exec", token)).contains(TASK);
        assertThat(tokens.redeem("exec", token)).isEmpty();
    }

    @Test
    void aTokenOfAnotherKindIsUsedUpAndUseless() {
        String token = tokens.issue("exec", TASK);
        assertThat(tokens.redeem("attach", token)).isEmpty();
        assertThat(tokens.redeem("exec", token)).isEmpty();
    }

    @Test
    void guessingAtASecretDoesNotUseTheTokenUp() {
        String token = tokens.issue("exec", TASK);
        char last = token.charAt(23) == 'A' ? 'B' : 'A';
        assertThat(tokens.redeem("exec", token.substring(0, 23) + last)).isEmpty();
        assertThat(tokens.redeem("exec", token.substring(0, 8))).isEmpty();
        assertThat(tokens.redeem("exec", token)).contains(TASK);
    }

    @Test
    void moreThanAThousandOutstandingAreRefused() {
        var issued = new HashSet<String>();
        for (int i = 0; i < Tokens.MOST; i++) {
            issued.add(tokens.issue("exec", TASK));
        }
        assertThat(issued).hasSize(Tokens.MOST);
        assertThatThrownBy(() -> tokens.issue("exec", TASK))
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessage("maximum number of in-flight requests exceeded");
        assertThat(tokens.redeem("exec", issued.iterator().next())).isPresent();
        assertThat(tokens.issue("exec", TASK)).isNotEmpty();
    }
}
