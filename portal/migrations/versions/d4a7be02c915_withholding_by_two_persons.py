"""withholding by two persons

Revision: d4a7be02c915, after 4d1a7c2e90b3
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = 'd4a7be02c915'
down_revision = '4d1a7c2e90b3'
branch_labels = None
depends_on = None

_WAITING = sa.text('decided_at IS NULL')


def _common():
    return [
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', portal.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_withholding_request_decided_by_person')),
    sa.ForeignKeyConstraint(['number'], ['item.number'], name=op.f('fk_withholding_request_number_item')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_withholding_request_office_id_office')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_withholding_request_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withholding_request')),
    ]


def _made_anew(*columns):
    """Nothing has ever written the table, so it is made anew instead of changed column by column."""
    op.drop_table('withholding_request')
    op.create_table('withholding_request', *_common(), *columns)
    op.create_index('uq_withholding_request_waiting', 'withholding_request', ['number'], unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING)


def upgrade():
    _made_anew(
    sa.Column('also', sa.JSON(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('authority', sa.String(length=100), nullable=False),
    sa.Column('document', sa.String(length=100), nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('session', sa.String(length=64), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.Column('answer', sa.String(length=300), nullable=True),
    sa.Column('decided_in', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['decided_in'], ['office.id'], name=op.f('fk_withholding_request_decided_in_office')),
    )


def downgrade():
    _made_anew(
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('is_confirmed', sa.Boolean(), nullable=True),
    )
