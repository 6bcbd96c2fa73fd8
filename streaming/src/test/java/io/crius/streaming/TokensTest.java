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
import java.util.concurrent.atomic.AtomicLong;
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
    void aTokenWorksForAMinute() {
        // A clock may begin anywhere, also where it is about to leap to the smallest number.
        var now = new AtomicLong(Long.MAX_VALUE - 5);
        var timed = new Tokens(now::get);
        String early = timed.issue("exec", TASK);
        String late = timed.issue("exec", TASK);
        now.addAndGet(Tokens.LIFE.toNanos() - 1);
        assertThat(timed.redeem("exec", early)).contains(TASK);
        now.incrementAndGet();
        assertThat(timed.redeem("exec", late)).isEmpty();
    }

    @Test
    void thoseThatNobodyCameWithMakeRoomWhenTheirMinuteIsOver() {
        var now = new AtomicLong();
        var timed = new Tokens(now::get);
        for (int i = 0; i < Tokens.MOST; i++) {
            timed.issue("exec", TASK);
        }
        now.addAndGet(Tokens.LIFE.toNanos());
        assertThat(timed.redeem("exec", timed.issue("exec", TASK))).contains(TASK);
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
