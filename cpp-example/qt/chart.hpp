/*
 * Owns: what is painted by hand: `chart`, the rates of all actors over time, and `sparkline`, that of one in a cell of the
 * table; and the colours of the window.
 */
#ifndef EXAMPLE_QT_CHART_HPP
#define EXAMPLE_QT_CHART_HPP

#include "statistics.hpp"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QWidget>

#include <cmath>

namespace example {
namespace colours {
const QColor page(0x0d, 0x11, 0x1c), card(0x16, 0x1c, 0x2c), edge(0x24, 0x2c, 0x42), text(0xe8, 0xec, 0xf5), quiet(0x8a, 0x94, 0xad);
const QColor teal(0x2d, 0xd4, 0xbf), violet(0xa7, 0x8b, 0xfa), amber(0xfb, 0xbf, 0x24), slate(0x64, 0x74, 0x8b), red(0xfb, 0x71, 0x85);
} // namespace colours

/// Where a look is, the newest at the right edge.
inline double place(const statistics& shown, std::size_t look, const QRectF& area)
{
    return std::max(area.left(), area.right() - area.width() * (shown.times.back() - shown.times[look]) / seconds_shown);
}

/// A smooth line through the values of all looks.
inline QPainterPath curve(const statistics& shown, const std::deque<double>& values, const QRectF& area, double top)
{
    QPainterPath path;
    QPointF last;
    for (std::size_t index = 0; index < values.size(); ++index) {
        const QPointF point(place(shown, index, area), area.bottom() - area.height() * std::min(1.0, values[index] / top));
        if (index == 0) {
            path.moveTo(point);
        } else {
            const double middle = (last.x() + point.x()) / 2;
            path.cubicTo(QPointF(middle, last.y()), QPointF(middle, point.y()), point);
        }
        last = point;
    }
    return path;
}

inline void fill_below(QPainter& painter, const QPainterPath& line, const QRectF& area, QColor colour, int alpha)
{
    if (line.elementCount() < 2) {
        return;
    }
    QPainterPath below = line;
    below.lineTo(area.right(), area.bottom());
    below.lineTo(line.elementAt(0).x, area.bottom());
    below.closeSubpath();
    QLinearGradient fade(area.topLeft(), area.bottomLeft());
    colour.setAlpha(alpha);
    fade.setColorAt(0, colour);
    colour.setAlpha(0);
    fade.setColorAt(1, colour);
    painter.fillPath(below, fade);
}

/// The rates of all actors. The stretch in which one was down is shaded.
class chart : public QWidget {
public:
    explicit chart(const statistics& shown) : shown_(shown) { setMinimumHeight(210); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF area = QRectF(rect()).adjusted(46, 34, -12, -26);
        double most = 1;
        for (const actor_row& row : shown_.rows) {
            for (const double rate : row.rates) {
                most = std::max(most, rate);
            }
        }
        const double unit = most > 2000 ? 1000 : most > 1000 ? 500 : 250;
        const double top = std::ceil(most * 1.02 / unit) * unit;
        paint_grid(painter, area, top, unit);
        paint_downtime(painter, area);
        for (const actor_row& row : shown_.rows) {
            const QPainterPath line = curve(shown_, row.rates, area, top);
            fill_below(painter, line, area, row.colour, 56);
            painter.setPen(QPen(row.colour, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.drawPath(line);
            if (line.elementCount() > 0) {
                painter.setBrush(row.colour);
                painter.setPen(QPen(colours::card, 2));
                painter.drawEllipse(line.currentPosition(), 4.5, 4.5);
                painter.setBrush(Qt::NoBrush);
            }
        }
        paint_legend(painter);
    }

private:
    void paint_grid(QPainter& painter, const QRectF& area, double top, double unit) const
    {
        painter.setFont(small());
        for (double value = 0; value <= top; value += unit) {
            const double y = area.bottom() - area.height() * value / top;
            painter.setPen(QPen(colours::edge, 1));
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
            painter.setPen(colours::quiet);
            painter.drawText(QRectF(0, y - 9, area.left() - 8, 18), Qt::AlignRight | Qt::AlignVCenter, QString::number(value));
        }
        for (int ago = 0; ago <= static_cast<int>(seconds_shown); ++ago) {
            const double x = area.right() - area.width() * ago / seconds_shown;
            const QString label = ago == 0 ? QStringLiteral("now") : QStringLiteral("−%1 s").arg(ago);
            painter.drawText(QRectF(x - 30, area.bottom() + 6, 60, 18), Qt::AlignHCenter | Qt::AlignTop, label);
        }
    }

    void paint_downtime(QPainter& painter, const QRectF& area) const
    {
        const std::size_t count = shown_.down.size();
        for (std::size_t first = 0; first < count; ++first) {
            std::size_t last = first;
            while (last < count && shown_.down[last]) {
                ++last;
            }
            if (last == first) {
                continue;
            }
            const double left = place(shown_, first, area);
            const double right = place(shown_, std::min(last, count - 1), area);
            QColor shade = colours::red;
            shade.setAlpha(34);
            painter.fillRect(QRectF(QPointF(left, area.top()), QPointF(right, area.bottom())), shade);
            painter.setPen(QPen(colours::red, 1.2, Qt::DashLine));
            painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()));
            painter.drawText(QRectF(left - 96, area.top() + 4, 88, 18), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("failed"));
            if (last < count) {
                painter.setPen(QPen(colours::teal, 1.2, Qt::DashLine));
                painter.drawLine(QPointF(right, area.top()), QPointF(right, area.bottom()));
                painter.drawText(QRectF(right + 8, area.top() + 4, 88, 18), Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("restarted"));
            }
            first = last;
        }
    }

    void paint_legend(QPainter& painter) const
    {
        double x = 0;
        painter.setFont(small());
        for (const actor_row& row : shown_.rows) {
            const QString name = QString::fromStdString(row.name);
            painter.setPen(Qt::NoPen);
            painter.setBrush(row.colour);
            painter.drawRoundedRect(QRectF(x, 6, 10, 10), 3, 3);
            painter.setPen(colours::quiet);
            const double wide = painter.fontMetrics().horizontalAdvance(name);
            painter.drawText(QRectF(x + 16, 0, wide + 4, 22), Qt::AlignLeft | Qt::AlignVCenter, name);
            x += wide + 40;
        }
        painter.drawText(QRectF(0, 0, width() - 12, 22), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("messages per second"));
    }

    QFont small() const
    {
        QFont font = this->font();
        font.setPixelSize(12);
        return font;
    }

    const statistics& shown_;
};

/// The rate of one actor, small.
class sparkline : public QWidget {
public:
    sparkline(const statistics& seen, const actor_row& shown) : seen_(seen), shown_(shown) {}

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF area = QRectF(rect()).adjusted(6, 8, -10, -8);
        const double most = shown_.rates.empty() ? 0 : *std::max_element(shown_.rates.begin(), shown_.rates.end());
        const QPainterPath line = curve(seen_, shown_.rates, area, std::max(most, 1.0) * 1.1);
        fill_below(painter, line, area, shown_.colour, 90);
        painter.setPen(QPen(shown_.colour, 1.6));
        painter.drawPath(line);
    }

private:
    const statistics& seen_;
    const actor_row& shown_;
};
} // namespace example

#endif // EXAMPLE_QT_CHART_HPP
