package io.crius.runtime.exec;

import static io.crius.runtime.exec.KeptOutput.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.ByteBudget;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeptOutputTest {
    private static final int PLENTY = 1 << 30;

    private final ByteBudget budget = new ByteBudget(4L * BLOCK);

    @Test
    void keepsBytesAsTheyCame() {
        byte[] written = new byte[3 * BLOCK + 17];
        new Random(1).nextBytes(written);
        try (var output = new KeptOutput(PLENTY, budget)) {
            for (int begin = 0; begin < written.length; begin += 1000) {
                byte[] piece = Arrays.copyOfRange(written, begin, Math.min(begin + 1000, written.length));
                output.accept(piece, piece.length);
            }
            assertThat(output.take()).isEqualTo(written);
            assertThat(output.truncated()).isFalse();
            assertThat(budget.left()).isEqualTo(BLOCK);
        }
        assertThat(budget.left()).isEqualTo(4L * BLOCK);
    }

    @Test
    void keepsTheBeginningOfWhatIsLongerThanTheLimit() {
        try (var output = new KeptOutput(BLOCK + 5, budget)) {
            output.accept(new byte[BLOCK + 5], BLOCK + 5);
            assertThat(output.truncated()).isFalse();
            output.accept(new byte[] {1}, 1);
            assertThat(output.truncated()).isTrue();
            assertThat(output.take()).isEqualTo(new byte[BLOCK + 5]);
        }
    }

    @Test
    void keepsItsFirstBlockAlsoWhereOthersTookTheBudget() {
        try (var greedy = new KeptOutput(PLENTY, budget);
                var late = new KeptOutput(PLENTY, budget)) {
            greedy.accept(new byte[10 * BLOCK], 10 * BLOCK);
            assertThat(greedy.take()).hasSize(5 * BLOCK);
            assertThat(greedy.truncated()).isTrue();
            assertThat(budget.left()).isZero();

            late.accept(new byte[BLOCK], BLOCK);
            assertThat(late.truncated()).isFalse();
            late.accept(new byte[] {1}, 1);
            assertThat(late.truncated()).isTrue();
            assertThat(late.take()).hasSize(BLOCK);
        }
        assertThat(budget.left()).isEqualTo(4L * BLOCK);
    }

    @Test
    void whatWasCutStaysCutWhenTheBudgetIsThereAgain() {
        try (var late = new KeptOutput(PLENTY, budget)) {
            try (var greedy = new KeptOutput(PLENTY, budget)) {
                greedy.accept(new byte[5 * BLOCK], 5 * BLOCK);
                late.accept(new byte[2 * BLOCK], 2 * BLOCK);
            }
            late.accept(new byte[] {1}, 1);
            assertThat(late.take()).hasSize(BLOCK);
        }
    }

    @Test
    void readsAsText() {
        try (var output = new KeptOutput(PLENTY, budget)) {
            output.accept(new byte[] {'o', 'k', (byte) 0xff}, 3);
            assertThat(output.takeText()).isEqualTo("ok\uFFFD");
        }
    }
}
